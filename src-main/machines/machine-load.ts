import { embed, sh, type ShellCommand } from './command.ts';

/** How much a machine had to do when something failed there. */
export interface MachineLoad {
  /** Processes that ran or wanted to, on the average of the last minute. */
  readonly load: number;
  readonly processors: number;
  /** Percent of the last minute in which something waited for a processor; undefined where the kernel does not count it. */
  readonly waiting: number | undefined;
}

/** A command that, when it fails, measures the machine's load and tells it as its last line of complaints. */
export function tellingLoad(command: ShellCommand): ShellCommand {
  return sh`{ ${embed(command)} || { code=$?; echo "load $(cut -d' ' -f1 /proc/loadavg) on $(nproc) processors, waiting $(sed -n 's/^some .*avg60=\\([0-9.]*\\).*/\\1/p' /proc/pressure/cpu 2> /dev/null)%" >&2; exit $code; }; }`;
}

/** What `tellingLoad` has told in an output. */
export function loadIn(output: string): MachineLoad | undefined {
  const [, load = '', processors = '', waiting = ''] =
    /^load ([\d.]+) on (\d+) processors, waiting ([\d.]*)%$/m.exec(output) ?? [];
  if (load === '') return undefined;
  return { load: Number(load), processors: Number(processors), waiting: waiting === '' ? undefined : Number(waiting) };
}

/** Whether there was more to do than the processors could: twice as much, or something waited half of the time. */
export function isOverloaded({ load, processors, waiting = 0 }: MachineLoad): boolean {
  return load > 2 * processors || waiting > 50;
}
