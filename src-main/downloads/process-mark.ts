import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isAbsent } from '../is-absent.ts';

/**
 * What tells a process from another one that got its number later: `PID START`, with the start as the system counts it. Undefined
 * where no such process runs. From /proc/PID/stat (Linux, proc(5)), elsewhere from ps.
 */
export async function processMark(pid: number): Promise<string | undefined> {
  const boot = await bootId();
  return boot === undefined ? fromPs(pid) : fromProc(pid, boot);
}

/** Undefined where there is no /proc. */
async function bootId(): Promise<string | undefined> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

async function fromProc(pid: number, boot: string): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // the name, in parentheses, may hold anything; the third field follows
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    return state === 'Z' || state === 'X' ? undefined : `${pid} ${fields[19] ?? ''} ${boot}`;
  } catch (error) {
    if (isAbsent(error) || (error instanceof Error && 'code' in error && error.code === 'ESRCH')) return undefined;
    throw error;
  }
}

async function fromPs(pid: number): Promise<string | undefined> {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env });
    const [state = '', ...start] = stdout.trim().split(/\s+/);
    return state === '' || state.startsWith('Z') ? undefined : `${pid} ${start.join(' ')}`;
  } catch (error) {
    // ps ends with 1 for a process that does not run
    if (error instanceof Error && 'code' in error && error.code === 1) return undefined;
    throw error;
  }
}
