import { join } from 'node:path';
import { accept, bare, client, hoplab, info, writeLabFile } from '../lab/lab.ts';
import { run } from '../lab/script.ts';
import { bin } from '../set-up/built.ts';

/*
 * `node test/bench/lab.ts [ROUNDS]`: the rollout against floor.sh, in turns on the same lab; the second run; and a command
 * over SSH against OpenSSH. Prints seconds and ratios. Needs the lab: npm run lab -- setup
 */

const rounds = Number(process.argv[2] ?? 1);
const rows: { round: number; hoplab: number; floor: number; ratio: number; again: number }[] = [];

for (let round = 1; round <= rounds; round += 1) {
  await bare();
  await writeLabFile({ user: 'root' }); // floor.sh is root as well
  const up = await done(['up']);
  const again = await done(['up']);
  const { wrongs } = await accept();
  if (wrongs.length > 0) throw new Error('accept.sh is not content with what was timed');
  if (round === 1) await command();
  await bare();
  const floor = await run(join(import.meta.dirname, '..', 'lab', 'floor.sh'), []);
  if (floor.exitCode !== 0) throw new Error(`floor.sh failed:\n${floor.stdout}${floor.stderr}`);
  rows.push({
    round,
    hoplab: seconds(up),
    floor: seconds(floor.duration),
    ratio: Number((up / floor.duration).toFixed(2)),
    again: seconds(again),
  });
  console.table(rows);
}

/** Milliseconds that a rollout took, from the start of the process to its end. */
async function done(args: readonly string[]): Promise<number> {
  const { exitCode, stdout, duration } = await hoplab(args);
  if (exitCode !== 0) throw new Error(`hoplab ${args.join(' ')} failed:\n${stdout}`);
  return duration;
}

async function command(): Promise<void> {
  const { ssh, nodes } = await info();
  const script = join(import.meta.dirname, 'command.ts');
  const options = ['--address', nodes[0]?.address ?? '', '--key', ssh.key, '--known-hosts', ssh.knownHosts];
  const { stdout, stderr } = await client([bin('node'), script, ...options, '--config', ssh.config]);
  if (!stdout.startsWith('{')) throw new Error(stderr);
  const { hoplab: own, openSsh } = JSON.parse(stdout) as { hoplab: number; openSsh: number };
  console.log(
    `a command over SSH, median of 100: Hoplab ${own.toFixed(1)} ms, OpenSSH with a control master ${openSsh.toFixed(1)} ms, ratio ${(own / openSsh).toFixed(2)}`,
  );
}

function seconds(milliseconds: number): number {
  return Number((milliseconds / 1000).toFixed(1));
}
