import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { hoplabCommand, prepareForHoplab } from './hoplab.ts';
import { writeLabFileFor, type LabFileOptions } from './lab-file.ts';
import { info, lab, missing, runHere, script, type LabInfo } from './script.ts';
import { setUpLab } from './set-up-lab.ts';

/** `npm run lab -- VERB ARGS`: the verbs of the lab script, and those that know Hoplab. */
const verbs: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  help,
  setup: setUpLab,
  up,
  reset,
  hoplab,
  'lab-file': labFile,
  accept: (args) => runHere(join(import.meta.dirname, 'accept.sh'), args),
  floor: (args) => runHere(join(import.meta.dirname, 'floor.sh'), args),
};

const [verb = 'help', ...rest] = process.argv.slice(2);
try {
  if (verb !== 'help' && process.getuid?.() !== 0) {
    throw new Error(
      `The lab makes machines and networks, which needs root: sudo npm run lab -- ${[verb, ...rest].join(' ')}`,
    );
  }
  process.exitCode = await (verbs[verb] ?? ((args) => runHere(script, [verb, ...args])))(rest);
} catch (error) {
  console.error(`lab: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function help(): Promise<number> {
  process.stdout.write(await lab('help'));
  console.log(`and with Hoplab:
  hoplab ARGS...            Hoplab's command line, built when needed, in the client's network
  lab-file [--user lab|labpw|root] [--client ssh|local] [--set dns.zone=k8s.test ...] [--path FILE]
                            write the lab file of the running lab (up writes one when there is none)
  accept [--until STAGE]    ask a finished lab from outside whether everything is true
  floor                     the yardstick: the same cluster as fast as a script can make it`);
  return 0;
}

async function up(args: readonly string[]): Promise<number> {
  if ((await missing()).length > 0) {
    const code = await setUpLab();
    if (code !== 0) return code;
  }
  return runAndPrepare('up', args);
}

function reset(args: readonly string[]): Promise<number> {
  return runAndPrepare('reset', args);
}

async function runAndPrepare(labVerb: string, args: readonly string[]): Promise<number> {
  const code = await runHere(script, [labVerb, ...args]);
  if (code === 0) prepareForHoplab(await info());
  return code;
}

async function hoplab(args: readonly string[]): Promise<number> {
  const { command, args: all, env } = hoplabCommand(await runningLab(), args);
  return runHere(command, all, { env });
}

async function labFile(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      user: { type: 'string', default: 'lab' },
      client: { type: 'string', default: 'ssh' },
      set: { type: 'string', multiple: true, default: [] },
      path: { type: 'string' },
    },
  });
  const options: LabFileOptions = {
    user: oneOf(['lab', 'labpw', 'root'], values.user),
    client: oneOf(['ssh', 'local'], values.client),
    set: Object.fromEntries(values.set.map(setting)),
    ...(values.path && { path: values.path }),
  };
  console.log(writeLabFileFor(await runningLab(), options));
  return 0;
}

async function runningLab(): Promise<LabInfo> {
  const running = await info();
  if (!running.up) throw new Error('no lab is up: npm run lab -- up');
  return running;
}

function oneOf<const T extends string>(allowed: readonly T[], value: string): T {
  const found = allowed.find((word) => word === value);
  if (found === undefined) throw new Error(`${value} is none of ${allowed.join(', ')}`);
  return found;
}

function setting(text: string): [string, unknown] {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`--set ${text}: wanted PATH=VALUE, as in dns.zone=k8s.test`);
  return [text.slice(0, at), parse(text.slice(at + 1))];
}
