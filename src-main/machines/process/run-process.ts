import type { ShellCommand } from '../command.ts';
import type { Output, RunOptions } from '../machine.ts';
import { feedInput } from './feed-input.ts';
import { killRun } from './kill-run.ts';
import { OutputCollector } from './output-collector.ts';
import type { Process, ProcessEnd, ProcessHost } from './process.ts';
import { cancelled, runFailure, type RunEnd } from './run-failure.ts';
import { marked, newRunId } from './run-marker.ts';
import type { SudoPrefix } from './sudo.ts';
import { StopWatch } from './stop-watch.ts';

/** Milliseconds that a command may take where nothing else is said. */
export const TIMEOUT = 60_000;
const OUTPUT_LIMIT = 64 << 20;

/** A Machine's `run`, for anything that can start processes. */
export async function runProcess(host: ProcessHost, command: ShellCommand, options: RunOptions = {}): Promise<Output> {
  if (options.signal?.aborted) throw cancelled(host.name, command);
  const sudo = options.sudo ? await host.sudo.prefix() : undefined;
  const id = newRunId();
  const process = await host.start(marked(command, id, sudo?.words), { signal: options.signal });
  const collector = new OutputCollector(process, OUTPUT_LIMIT, options);
  const end = await firstEnd(host, process, collector, { ...options, firstLine: sudo?.firstLine });
  if (end.kind === 'exited') return accepted(host, command, { options, sudo, output: collector.output(end.exitCode) });
  collector.mute();
  const survivors = end.kind === 'lost' ? undefined : await killRun(host, process, { id, sudo });
  throw runFailure({ machine: host.name, command, end, survivors, output: collector.output(await exitCode(process)) });
}

type FirstEndOptions = RunOptions & { readonly firstLine: string | undefined };

async function firstEnd(
  host: ProcessHost,
  process: Process,
  collector: OutputCollector,
  options: FirstEndOptions,
): Promise<RunEnd> {
  const stop = new StopWatch({ timeout: options.timeout ?? TIMEOUT, signal: options.signal, closing: host.closing });
  const gone = Promise.race([process.ended, stop.stopped]);
  const feeding = feedInput(process.stdin, options.input, { firstLine: options.firstLine, gone });
  try {
    return await Promise.race([
      process.ended,
      stop.stopped,
      collector.failed.then((cause): RunEnd => ({ kind: 'broken', what: 'output', cause })),
      feeding.then(
        () => process.ended,
        (cause: unknown): RunEnd => ({ kind: 'broken', what: 'input', cause }),
      ),
    ]);
  } finally {
    stop.release();
  }
}

async function accepted(
  host: ProcessHost,
  command: ShellCommand,
  run: { options: RunOptions; sudo: SudoPrefix | undefined; output: Output },
): Promise<Output> {
  const { options, sudo, output } = run;
  const accept = options.accept ?? [0];
  if (output.exitCode === 0 && accept === 'any') return output;
  const refusal = sudo && output.exitCode !== 0 ? await host.sudo.refusal(sudo, output) : undefined;
  if (refusal) throw refusal;
  if (accept === 'any' || accept.includes(output.exitCode)) return output;
  const end: ProcessEnd = { kind: 'exited', exitCode: output.exitCode };
  throw runFailure({ machine: host.name, command, end, output });
}

async function exitCode(process: Process): Promise<number> {
  const end = await process.ended;
  return end.kind === 'exited' ? end.exitCode : -1;
}
