import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fatal, failIfTold, log, optionsOf, toldFile } from './fail.ts';
import type { LimaYaml } from './lima-yaml.ts';
import { limaHome, loadNetworks, networkComplaint, parseYaml, sudoers } from './networks.ts';

const [command = '', ...words] = process.argv.slice(2);
const version = toldFile('version') ?? '2.1.3';
const IDENTIFIER = /^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$/;
const SOCKET = 104 - '/ssh.sock.1234567890123456'.length;

const folder = (name: string) => join(limaHome, name);
const config = (name: string): LimaYaml => {
  const read = join(folder(name), 'read.json');
  if (existsSync(read)) return JSON.parse(readFileSync(read, 'utf8')) as LimaYaml;
  return parseYaml(readFileSync(join(folder(name), 'lima.yaml'), 'utf8')) as LimaYaml;
};
const exists = (name: string) => existsSync(join(folder(name), 'lima.yaml'));

function status(name: string): string {
  if (existsSync(join(folder(name), 'broken'))) return 'Broken';
  return existsSync(join(folder(name), 'ha.pid')) ? 'Running' : 'Stopped';
}

function holdName(name: string): void {
  if (name.length > 76) fatal(`identifier \`${name}\` greater than maximum length (76 characters)`);
  if (!IDENTIFIER.test(name)) fatal(`identifier \`${name}\` must match ^[A-Za-z0-9]+(?:[._-](?:[A-Za-z0-9]+))*$`);
  if (folder(name).length >= SOCKET)
    fatal(`instance name \`${name}\` too long: must be less than UNIX_PATH_MAX=104 characters`);
}

function known(name: string): string {
  if (!exists(name)) fatal(`instance \`${name}\` does not exist`);
  return name;
}

async function create(): Promise<void> {
  const { options, names } = optionsOf('create', words, { '--name': 'value', '--tty': 'flag' });
  const name = options['--name'] ?? fatal('must pass instance name with --name when reading template from stdin');
  if (names.length !== 1 || names[0] !== '-') fatal(`accepts at most 1 arg(s), received ${names.length}`);
  holdName(name);
  failIfTold('create', name);
  const text = readFileSync(0, 'utf8');
  if (existsSync(folder(name))) fatal(`instance \`${name}\` already exists (\`${folder(name)}\`)`);
  const { readTemplate } = await import('./lima-yaml.ts');
  const read = readTemplate(text, version);
  mkdirSync(folder(name), { mode: 0o700, recursive: true });
  if (toldFile('killed-create') !== undefined) process.kill(process.pid, 'SIGKILL');
  writeFileSync(join(folder(name), 'lima.yaml'), text, { mode: 0o644 });
  writeFileSync(join(folder(name), 'read.json'), JSON.stringify(read), { mode: 0o600 });
  log('info', `Run \`limactl start ${name}\` to start the instance.`);
}

function start(): void {
  const { names } = optionsOf('start', words, { '--tty': 'flag', '--timeout': 'value', '--progress': 'flag' });
  const [name = ''] = names;
  known(name);
  if (status(name) === 'Running') {
    log('info', `The instance \`${name}\` is already running. Run \`limactl shell ${name}\` to open the shell.`);
    return;
  }
  if (status(name) === 'Broken') fatal(`errors inspecting instance: [host agent is running but driver is not]`);
  const { networks = [], images } = config(name);
  const complaint = networks.length > 0 ? networkComplaint() : undefined;
  if (complaint !== undefined) fatal(complaint);
  const disk = join(folder(name), 'disk');
  const [image] = images;
  if (!existsSync(disk)) {
    if (!image || !existsSync(image.location))
      fatal(`failed to download \`${image?.location}\`: stat ${image?.location}: no such file or directory`);
    failIfTold('disk', name);
    cpSync(image.location, disk);
  }
  if (toldFile(`broken-${name}`) !== undefined) writeFileSync(join(folder(name), 'broken'), '');
  failIfTold('start', name);
  writeFileSync(join(folder(name), 'ha.pid'), '1');
  hook('LIMA_FAKE_ON_START', name);
  log('info', `READY. Run \`ssh -F "${folder(name)}/ssh.config" lima-${name}\` to open the shell.`);
}

function stop(): void {
  const { options, names } = optionsOf('stop', words, { '--force': 'flag', '-f': 'flag' });
  const [name = ''] = names;
  known(name);
  if (!('--force' in options) && !('-f' in options)) {
    if (status(name) !== 'Running')
      fatal(`expected status "Running", got ${JSON.stringify(status(name))} (maybe use \`limactl stop -f\`?)`);
    failIfTold('stop', name);
  }
  for (const file of ['ha.pid', 'broken']) rmSync(join(folder(name), file), { force: true });
  hook('LIMA_FAKE_ON_STOP', name);
}

function remove(): void {
  const { options, names } = optionsOf('delete', words, { '--force': 'flag', '-f': 'flag' });
  if (names.length === 0) fatal('requires at least 1 arg(s), only received 0');
  for (const name of names) {
    if (!exists(name)) {
      log('warning', `Ignoring non-existent instance \`${name}\``);
      continue;
    }
    if (status(name) !== 'Stopped' && !('--force' in options))
      fatal(`failed to delete instance \`${name}\`: expected status "Stopped"`);
    failIfTold('delete', name);
    if (status(name) === 'Running') hook('LIMA_FAKE_ON_STOP', name);
    rmSync(folder(name), { recursive: true });
  }
}

function copy(): void {
  const { names } = optionsOf(command, words, { '--tty': 'flag', '--start': 'flag' });
  const [from = '', to = '', ...more] = names;
  if (to === '' || more.length > 0) fatal(`accepts 2 arg(s), received ${names.length}`);
  if (!exists(from)) fatal(`instance \`${from}\` not found`);
  if (status(from) === 'Running') fatal(`cannot ${command} a running instance`);
  holdName(to);
  if (existsSync(folder(to))) fatal(`instance \`${to}\` already exists`);
  failIfTold(command, from);
  if (command === 'rename') renameSync(folder(from), folder(to));
  else cpSync(folder(from), folder(to), { recursive: true });
}

function list(): void {
  const { options } = optionsOf('list', words, { '--json': 'flag', '--yq': 'value' });
  if (options['--yq'] !== undefined && options['--yq'] !== 'del(.config)')
    fatal('this limactl knows the yq of Hoplab alone');
  const names = existsSync(limaHome) ? readdirSync(limaHome).filter((name) => !/^[._]/.test(name)) : [];
  if (names.length === 0) log('warning', 'No instance found. Run `limactl create` to create an instance.');
  for (const name of names.sort()) {
    if (!exists(name)) {
      const errors = [`open ${join(folder(name), 'lima.yaml')}: no such file or directory`];
      process.stdout.write(`${JSON.stringify({ name, status: 'Broken', dir: folder(name), errors })}\n`);
      continue;
    }
    const { networks: network, param, ...rest } = config(name);
    const errors = status(name) === 'Broken' ? ['host agent is running but driver is not'] : undefined;
    const one = { name, hostname: `lima-${name}`, status: status(name), dir: folder(name), vmType: rest.vmType };
    const whole = { ...one, network, param, protected: false, limaVersion: version, errors };
    const shown = options['--yq'] === undefined ? { ...whole, config: config(name) } : whole;
    process.stdout.write(`${JSON.stringify(shown)}\n`);
  }
}

/** A command of the test's, with the name and the address that the instance gives itself. */
function hook(variable: string, name: string): void {
  const asked = process.env[variable];
  const [, address = ''] = /^Address=([\d.]+)\//m.exec(config(name).provision?.[0]?.script ?? '') ?? [];
  if (asked === undefined) return;
  const { status: code } = spawnSync('sh', ['-c', `${asked} "$@"`, 'hook', name, address], { stdio: ['ignore', 2, 2] });
  if (code !== 0) fatal('exiting, status={Running:false Degraded:false Exiting:true Errors:[] SSHLocalPort:0}');
}

function checkSudoers(): void {
  const { options } = optionsOf('sudoers', words, { '--check': 'flag' });
  if (!('--check' in options)) {
    process.stdout.write(sudoers());
    return;
  }
  const complaint = networkComplaint();
  if (complaint !== undefined) fatal(complaint);
  process.stdout.write("`/private/etc/sudoers.d/lima` is up-to-date (or sudo doesn't require a password)\n");
}

function network(): void {
  const { options, names } = optionsOf('network', words, { '--json': 'flag' });
  if (names[0] !== 'list' || !('--json' in options)) fatal('this limactl knows `network list --json` alone');
  for (const [name, values] of Object.entries(loadNetworks().networks))
    process.stdout.write(`${JSON.stringify({ name, ...values })}\n`);
}

const commands: Readonly<Record<string, () => unknown>> = {
  '--version': () => process.stdout.write(`limactl version ${version}\n`),
  create,
  start,
  stop,
  delete: remove,
  list,
  network,
  clone: copy,
  rename: copy,
  sudoers: checkSudoers,
};
const run = commands[command];
if (!run) fatal(`unknown command "${command}" for "limactl"`);
await run();
