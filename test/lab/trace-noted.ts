import { createInterface } from 'node:readline';
import { hoplabHome } from '../../src-main/engine/home.ts';
import { labAccess } from '../../src-main/engine/lab-access.ts';
import { machineOpener } from '../../src-main/engine/open-machines.ts';
import { readLabFile } from '../../src-main/lab/read-lab-file.ts';
import { AwayMachine } from '../../src-main/machines/away-machine.ts';
import { KnownHosts } from '../../src-main/machines/known-hosts.ts';
import { trace } from '../../src-main/path/trace.ts';
import { Redactor } from '../../src-main/rollout/redactor.ts';
import { Session } from '../../src-main/rollout/session.ts';
import { noted, unfounded, type Said } from '../path-evidence/unfounded.ts';

/*
 * Runs in the client's network, started by evidence.ts: LAB-FILE, KNOWN-HOSTS. Follows each target on its standard input as
 * `hoplab trace` does, over the same connections, and notes all that the machines print meanwhile. Prints a line of JSON for each: the
 * path, and what it shows that they did not print; or the problem.
 */

const [labFile = '', knownHosts = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const prompts = { secret: () => Promise.resolve(undefined) };
const open = machineOpener({ prompts, redactor: new Redactor(), knownHosts: new KnownHosts(knownHosts) });
const session = await Session.open(await labAccess(await readLabFile(labFile), hoplabHome(), open), signal, {
  whenAway: (machine, failure) => new AwayMachine(machine, failure),
});
try {
  for await (const target of createInterface({ input: process.stdin })) {
    const told = await follow(target).catch((error: unknown) => ({ problem: String(error) }));
    console.log(JSON.stringify(told));
  }
} finally {
  await session.close();
}

async function follow(target: string) {
  const said: Said[] = [];
  const machines = new Map<string, ReturnType<typeof noted>>();
  const context = {
    ...session.context,
    machine(name: string) {
      const machine = machines.get(name) ?? noted(session.context.machine(name), said);
      machines.set(name, machine);
      return machine;
    },
  };
  for await (const path of trace(context, target, 1, { predictOnly: false, recording: undefined, signal })) {
    return { path, strange: unfounded(path, said) };
  }
  throw new Error(`${target} has no path`);
}
