import { readLabFile } from '../../src-main/lab/read-lab-file.ts';
import { hoplabHome } from '../../src-main/engine/home.ts';
import { labAccess } from '../../src-main/engine/lab-access.ts';
import { machineOpener } from '../../src-main/engine/open-machines.ts';
import { KnownHosts } from '../../src-main/machines/known-hosts.ts';
import { trace } from '../../src-main/path/trace.ts';
import { Redactor } from '../../src-main/rollout/redactor.ts';
import { Session } from '../../src-main/rollout/session.ts';
import { sh } from '../../src-main/machines/command.ts';

/*
 * `npm run lab -- client node test/bench/trace.ts LAB-FILE KNOWN-HOSTS [ROUNDS]`, on a lab that is rolled out: how long a
 * predicted and an observed path of both legs take over open connections, against the request alone. Prints milliseconds.
 */

const [labFile = '', knownHosts = '', rounds = '10'] = process.argv.slice(2);
const signal = new AbortController().signal;
const prompts = { secret: () => Promise.resolve(undefined) };
const lab = await readLabFile(labFile);
const open = machineOpener({ prompts, redactor: new Redactor(), knownHosts: new KnownHosts(knownHosts) });
const session = await Session.open(await labAccess(lab, hoplabHome(), open), signal);
const { context } = session;
const [environment] = lab.app.environments;
const target = `http://${environment?.host ?? ''}.${lab.dns.zone}/hostname`;
const rows: { request: number; predicted: number; observed: number }[] = [];
for (let round = 0; round < Number(rounds); round += 1) {
  const request = await timed(() => context.machine('client').run(sh`curl -s -o /dev/null ${target}`));
  rows.push({ request, predicted: await timed(() => follow(true)), observed: await timed(() => follow(false)) });
}
await session.close();
console.table(rows);
for (const what of ['request', 'predicted', 'observed'] as const) {
  const sorted = rows.map((row) => row[what]).sort((one, other) => one - other);
  console.log(`${what}: median ${String(sorted[Math.floor(sorted.length / 2)])} ms, worst ${String(sorted.at(-1))} ms`);
}

async function follow(predictOnly: boolean): Promise<void> {
  for await (const { end } of trace(context, target, 1, { predictOnly, recording: undefined, signal })) {
    if (end.status !== 'answered') throw new Error(`not answered: ${JSON.stringify(end)}`);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return Math.round(performance.now() - started);
}
