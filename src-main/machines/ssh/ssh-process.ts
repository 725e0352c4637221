import type { ClientChannel } from 'ssh2';
import type { Process, ProcessEnd } from '../process/process.ts';

/** The signals that SSH can name, RFC 4254 section 6.10, with Linux' numbers: this computer's may differ. */
const SIGNALS: Readonly<Record<string, number>> = {
  HUP: 1, INT: 2, QUIT: 3, ILL: 4, ABRT: 6, FPE: 8, KILL: 9, USR1: 10, SEGV: 11, USR2: 12, PIPE: 13, ALRM: 14, TERM: 15,
}; // prettier-ignore

/** The process behind an exec channel. `lost` says why a connection has ended. */
export function sshProcess(channel: ClientChannel, lost: () => string): Process {
  let abandon: () => void = () => undefined;
  const ended = new Promise<ProcessEnd>((resolve) => {
    let exitCode: number | undefined;
    channel.on('exit', (code: number | null, signal?: string) => {
      exitCode = code ?? 128 + (SIGNALS[signal?.replace(/^SIG/, '') ?? ''] ?? 0);
    });
    void Promise.all([closed(channel), closed(channel.stderr)]).then(() => {
      resolve(exitCode === undefined ? { kind: 'lost', why: lost() } : { kind: 'exited', exitCode });
    });
    abandon = () => {
      channel.signal('KILL'); // reaches at least what has not left its process group, where sshd knows signals
      channel.close();
      resolve({ kind: 'lost', why: 'the process was left alone' });
    };
  });
  return { stdin: channel, stdout: channel, stderr: channel.stderr, ended, abandon: () => abandon() };
}

function closed(stream: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => stream.once('close', () => resolve()));
}
