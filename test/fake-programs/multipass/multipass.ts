import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const told = process.env['MULTIPASS_FAKE'] ?? '/tmp';
const home = join(told, 'multipass');
const [command = '', ...words] = process.argv.slice(2);

interface Instance {
  state: string;
  ipv4: string;
  snapshots: Record<string, string>;
  disk: string;
  /** `ssh-ed25519 AAAA…`, of its cloud-config. */
  hostKey?: string;
}

function fail(message: string, code = 2): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

function toldFile(name: string): string | undefined {
  const file = join(told, name);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

const file = (name: string) => join(home, `${name}.json`);
const read = (name: string) => JSON.parse(readFileSync(file(name), 'utf8')) as Instance;
const write = (name: string, instance: Instance) => writeFileSync(file(name), JSON.stringify(instance));
const all = () => (existsSync(home) ? readdirSync(home) : []).map((each) => each.replace(/\.json$/, '')).sort();

function known(name: string): Instance {
  if (!existsSync(file(name)))
    fail(`${command} failed: The following errors occurred:\ninstance "${name}" does not exist`);
  return read(name);
}

/** Options with a value are `=`, others ` `. */
function options(kinds: Readonly<Record<string, '=' | ' '>>): { values: Record<string, string>; names: string[] } {
  const values: Record<string, string> = {};
  const names: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!word.startsWith('-') || word === '-') names.push(word);
    else if (kinds[word] === '=') values[word] = words[(index += 1)] ?? fail(`Missing value after '${word}'.`, 1);
    else if (kinds[word] === ' ') values[word] = '';
    else fail(`Unknown option '${word.replace(/^-+/, '')}'.`, 1);
  }
  return { values, names };
}

function launch(): void {
  const { values, names } = options({
    '--name': '=',
    '--cpus': '=',
    '--memory': '=',
    '--disk': '=',
    '--timeout': '=',
    '--cloud-init': '=',
  });
  const [image = ''] = names;
  const name = values['--name'] ?? 'primary';
  const userData = values['--cloud-init'] === '-' ? readFileSync(0, 'utf8') : '';
  if (!/^[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$/.test(name)) fail(`launch failed: Invalid instance name supplied: ${name}`);
  if (!/^\d+[KMG]?$/.test(values['--memory'] ?? '1G')) fail(`error: Invalid memory size: ${values['--memory']}`);
  if (!/^\d+[KMG]?$/.test(values['--disk'] ?? '5G')) fail(`error: Invalid disk size: ${values['--disk']}`);
  if (!userData.startsWith('#cloud-config')) fail('error loading cloud-init config: it is not a cloud-config', 1);
  if (existsSync(file(name))) fail(`launch failed: instance "${name}" already exists`);
  if (!image.startsWith('file:///') || !existsSync(image.slice('file://'.length)))
    fail(`launch failed: Custom image \`${image.slice('file://'.length)}\` does not exist.`);
  const message = toldFile('fail-launch');
  if (message !== undefined) fail(`launch failed: ${message}`);
  mkdirSync(home, { recursive: true });
  const given = [...all().map((each) => Number(read(each).ipv4.split('.')[3])), 1];
  write(name, {
    state: 'Running',
    ipv4: `${toldFile('network') ?? '192.168.64'}.${Math.max(...given) + 1}`,
    snapshots: {},
    disk: 'an image',
    hostKey: /ed25519_public: *"?(ssh-ed25519 [A-Za-z0-9+/=]+)/.exec(userData)?.[1] ?? '',
  });
  process.stdout.write(`Launched: ${name}\n`);
}

function start(): void {
  const { names } = options({ '--timeout': '=' });
  for (const name of names) {
    const instance = known(name);
    const message = toldFile('fail-start');
    if (message !== undefined) fail(`start failed: The following errors occurred:\n${name}: ${message}`);
    const network = toldFile('network');
    const ipv4 = network === undefined ? instance.ipv4 : `${network}.${instance.ipv4.split('.')[3]}`;
    write(name, { ...instance, state: 'Running', ipv4 });
  }
}

function stop(): void {
  const { values, names } = options({ '--force': ' ' });
  for (const name of names) {
    const instance = known(name);
    const message = toldFile('fail-stop');
    if (message !== undefined && !('--force' in values)) fail(`stop failed: ${message}`);
    write(name, { ...instance, state: 'Stopped' });
  }
}

function remove(): void {
  const { values, names } = options({ '--purge': ' ', '-p': ' ' });
  for (const name of names) {
    const instance = known(name);
    if ('--purge' in values || '-p' in values) rmSync(file(name));
    else write(name, { ...instance, state: 'Deleted' });
  }
}

function snapshot(): void {
  const { values, names } = options({ '--name': '=', '--comment': '=' });
  const [name = ''] = names;
  const instance = known(name);
  const taken = values['--name'] ?? `snapshot${Object.keys(instance.snapshots).length + 1}`;
  if (instance.state !== 'Stopped') fail('snapshot failed: Multipass can only take snapshots of stopped instances.');
  if (!/^[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$/.test(taken)) fail(`snapshot failed: Invalid snapshot name: "${taken}"`);
  if (taken in instance.snapshots) fail(`snapshot failed: Snapshot already exists: ${taken}`);
  write(name, { ...instance, snapshots: { ...instance.snapshots, [taken]: instance.disk } });
  process.stdout.write(`Snapshot taken: ${name}.${taken}\n`);
}

function restore(): void {
  const { values, names } = options({ '--destructive': ' ', '-d': ' ' });
  const [name = '', taken = ''] = (names[0] ?? '').split('.');
  const instance = known(name);
  if (!('--destructive' in values || '-d' in values)) fail('restore failed: Unable to query client for confirmation.');
  if (instance.state !== 'Stopped') fail('restore failed: Multipass can only restore snapshots of stopped instances.');
  const disk = instance.snapshots[taken];
  if (disk === undefined) fail(`restore failed: No such snapshot: ${name}.${taken}`);
  write(name, { ...instance, disk });
}

function list(): void {
  const { values } = options({ '--format': '=', '--snapshots': ' ' });
  if (values['--format'] !== 'json') fail('this multipass knows --format json alone', 1);
  const found = all().map((name) => ({ name, ...read(name) }));
  const shown =
    '--snapshots' in values
      ? {
          errors: [],
          info: Object.fromEntries(
            found
              .filter((one) => Object.keys(one.snapshots).length > 0)
              .map(({ name, snapshots }) => [
                name,
                Object.fromEntries(Object.keys(snapshots).map((each) => [each, { parent: '', comment: '' }])),
              ]),
          ),
        }
      : {
          list: found.map(({ name, state, ipv4 }) => ({
            name,
            state,
            ipv4: state === 'Running' ? [ipv4] : [],
            release: 'Not Available',
          })),
        };
  process.stdout.write(`${JSON.stringify(shown, null, 4)}\n`);
}

if (toldFile('no-service') !== undefined) {
  if (command === 'version') process.stdout.write(`${JSON.stringify({ multipass: '1.16.3' })}\n`);
  fail(`${command} failed: cannot connect to the multipass socket`);
}
const commands: Readonly<Record<string, () => void>> = {
  version: () => process.stdout.write(`${JSON.stringify({ multipass: '1.16.3', multipassd: '1.16.3' }, null, 4)}\n`),
  launch,
  start,
  stop,
  delete: remove,
  snapshot,
  restore,
  list,
};
(commands[command] ?? (() => fail(`Unknown command '${command}' (try 'multipass help').`, 1)))();
