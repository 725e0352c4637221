import type { Process, ProcessHost } from './process.ts';
import { feedInput } from './feed-input.ts';
import { killScript, marked, newRunId } from './run-marker.ts';
import type { SudoPrefix } from './sudo.ts';
import { within } from './within.ts';

/** The script itself needs up to 4 s for processes that ignore TERM. */
const KILL_LIMIT = 10_000;
const END_LIMIT = 2_000;
const ROUNDS = 3;

interface Run {
  readonly id: string;
  readonly sudo: SudoPrefix | undefined;
}

/** Kills every process of a run and waits for its end. Returns why it could not, when it could not. Never throws. */
export async function killRun(host: ProcessHost, process: Process, run: Run): Promise<string | undefined> {
  let why: string | undefined;
  // A second round, because the first may come before sudo has started the command.
  for (let round = 0; round < ROUNDS; round += 1) {
    why = await killOnce(host, run);
    if (await within(END_LIMIT, process.ended)) return why;
  }
  process.abandon();
  return why ?? 'it was killed, but something still holds its output open';
}

async function killOnce(host: ProcessHost, { id, sudo }: Run): Promise<string | undefined> {
  try {
    const killer = await host.start(marked(killScript(id), newRunId(), sudo?.words), { urgent: true });
    killer.stdout.resume();
    killer.stderr.resume();
    await feedInput(killer.stdin, '', { firstLine: sudo?.firstLine, gone: killer.ended });
    const end = await within(KILL_LIMIT, killer.ended);
    if (!end) killer.abandon();
    return end?.kind === 'exited' && end.exitCode === 0 ? undefined : 'its processes could not be killed';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
