import { readdirSync, readFileSync, statSync, writeFileSync, mkdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { changesOf } from '../../../src-main/plan/plan.ts';
import { sh } from '../../../src-main/machines/command.ts';
import { limaInstances } from '../../../src-main/providers/lima/limactl.ts';
import { lima } from '../../../src-main/providers/lima/lima.ts';
import type { VmLab } from '../../../src-main/providers/provider.ts';
import { FakeVms, vmLabText } from '../../fake-programs/fake-vms.ts';

const NAMES = ['k8s-master', 'k8s-worker1', 'k8s-worker2'].map((node) => `hoplab-shortener-${node}`);

describe('the VMs of a lab by Lima', { timeout: 180_000 }, () => {
  let fake: FakeVms;
  let lab: VmLab;
  beforeEach(async () => {
    fake = new FakeVms('lima');
    fake.tell('socket_vmnet', fake.program('socket_vmnet_program'));
    lab = fake.lab(vmLabText('lima'));
    await fake.computer.machine.run(sh`limactl network list --json`); // networks.yaml, with that path
  });
  afterEach(() => fake.close());

  const states = async (of = lab) =>
    (await lima.look(fake.computer, of)).map(({ state, snapshots }) => [state, ...snapshots].join(' '));
  const yaml = (name: string) => join(fake.folder, '.lima', name, 'lima.yaml');
  const networks = () => readFileSync(join(fake.folder, '.lima', '_config', 'networks.yaml'), 'utf8');
  const missing = async () => lima.missing(fake.computer);

  /** What `limactl sudoers` prints, installed as the user would. */
  async function installSudoers(): Promise<void> {
    fake.tell('sudoers', (await fake.computer.machine.run(sh`limactl sudoers`)).stdout);
  }

  /** The first try lowers the range, which the rules name; then the user installs them. */
  async function ready(): Promise<void> {
    await fake.run(lima, lab).run.start();
    await installSudoers();
  }

  async function start(of = lab) {
    const outcome = await fake.run(lima, of).run.start();
    expect(outcome.explanation?.title.en).toBeUndefined();
    return outcome;
  }

  it('names each part that is missing, with the command that the user types', async () => {
    process.env['LIMA_HOME'] = join(fake.folder, 'none');
    mkdirSync(join(fake.folder, 'none', '_config'), { recursive: true });
    fake.tell('version', '1.2.1');
    expect((await missing()).map(({ what, command }) => [what.en, command])).toEqual([
      ['Lima 1.2 is too old: Hoplab needs 2.0 or later here', 'brew upgrade lima'],
    ]);
    fake.forget('version');
    const absent = join(fake.folder, 'none', 'socket_vmnet');
    writeFileSync(
      join(fake.folder, 'none', '_config', 'networks.yaml'),
      `paths: { socketVMNet: ${absent} }\nnetworks: { shared: { mode: shared, gateway: 192.168.105.1, dhcpEnd: 192.168.105.99 } }\n`,
    );
    const [part] = await missing();
    expect(part).toMatchObject({ root: true, what: { en: `socket_vmnet is not at ${absent}` } });
    expect(part?.command).toMatch(/socket_vmnet-1\.2\.2-(x86_64|arm64)\.tar\.gz && sudo tar -C \/ -xzvf/);
    process.env['PATH'] = '/usr/bin:/bin';
    expect((await missing())[0]).toMatchObject({
      what: { en: 'limactl is not installed' },
      command: 'brew install lima',
    });
  });

  it('asks for a newer Lima on Linux, and for no socket_vmnet', async () => {
    const linux = { ...fake.computer, platform: 'linux' } as const;
    expect((await lima.missing(linux))[0]?.what.en).toBe('Lima 2.1 is too old: Hoplab needs 2.3 or later here');
    fake.tell('version', '2.3.0');
    expect(await lima.missing(linux)).toEqual([]);
    expect((await lima.remark(linux))?.en).toContain('experimental');
    process.env['LIMA_HOME'] = join(fake.folder, 'new');
    const plan = await lima.create(linux, lab, lab.nodes, { image: '/image', imageName: 'image', userData: () => '' });
    expect(changesOf(plan).map(({ command }) => command.split('\n')[0])).toEqual([
      'limactl network list --json',
      'set -e',
      ...NAMES.map((name) => `umask 077; limactl create --tty=false --name=${name} -`),
    ]);
  });

  it('lowers the DHCP range, keeps the rest and the old file, and then says which rules have to be installed', async () => {
    const outcome = await fake.run(lima, lab).run.start();
    expect(outcome).toMatchObject({ status: 'failed' });
    expect(outcome.explanation?.title.en).toContain('Lima cannot be used yet: Lima may not start its network as root');
    expect(outcome.explanation?.remedy.en).toContain('sudo install -o root etc_sudoers.d_lima /etc/sudoers.d/lima');
    const before = readFileSync(join(fake.folder, '.lima', '_config', 'networks.yaml.before-hoplab'), 'utf8');
    expect(before).toContain('dhcpEnd: 192.168.105.254');
    expect(networks()).toBe(before.replace('192.168.105.254', '192.168.105.99'));
    expect((await missing())[0]).toMatchObject({ root: true });
    await installSudoers();
    expect(await missing()).toEqual([]);
    expect((await start()).changes).toBe(6);
  });

  it('makes, stops, starts and deletes them, again and again', async () => {
    await ready();
    await start();
    expect(await states()).toEqual(['running', 'running', 'running']);
    expect((await start()).changes).toBe(0);
    await fake.run(lima, lab).run.stop();
    expect(await states()).toEqual(['stopped', 'stopped', 'stopped']);
    expect((await start()).changes).toBe(3);
    await fake.run(lima, lab).run.delete('k8s-worker2');
    expect(await states()).toEqual(['running', 'running', 'missing']);
    await fake.run(lima, lab).run.delete();
    expect(await states()).toEqual(['missing', 'missing', 'missing']);
    expect(readdirSync(join(fake.folder, '.lima'))).toEqual(['_config']);
  });

  it('keeps a snapshot, brings it back, and deletes it with the VM', async () => {
    await ready();
    await start();
    const disk = join(fake.folder, '.lima', NAMES[0] ?? '', 'disk');
    const done = async (work: (run: ReturnType<FakeVms['run']>['run']) => Promise<{ status: string }>) =>
      expect(await work(fake.run(lima, lab).run)).toMatchObject({ status: 'done' });
    await done((run) => run.snapshot('clean'));
    expect(await states()).toEqual(['running clean', 'running clean', 'running clean']);
    writeFileSync(disk, 'spoiled');
    await done((run) => run.restore('clean'));
    expect(readFileSync(disk, 'utf8')).toBe('an image');
    expect(await states()).toEqual(['running clean', 'running clean', 'running clean']);
    await done((run) => run.delete());
    expect(readdirSync(join(fake.folder, '.lima'))).toEqual(['_config']);
  });

  it('keeps the private host key out of commands and of what everybody may read', async () => {
    await ready();
    const { run, events } = fake.run(lima, lab);
    await run.start();
    const name = NAMES[1] ?? '';
    expect(readFileSync(yaml(name), 'utf8')).toContain('PRIVATE KEY');
    expect(JSON.stringify(events)).not.toContain('PRIVATE KEY');
    expect(statSync(yaml(name)).mode & 0o077).toBe(0);
    const listed = await fake.computer.machine.run(limaInstances.command);
    expect(listed.stdout).not.toContain('PRIVATE KEY');
  });

  it('writes a template with a fixed address, a lasting MAC address and whose it is', async () => {
    await ready();
    await start();
    const [first, second] = NAMES.map((name) => parse(readFileSync(yaml(name), 'utf8')) as Template);
    expect(first).toMatchObject({
      vmType: 'vz',
      cpus: 2,
      memory: '2048MiB',
      disk: '20GiB',
      plain: true,
      mounts: [],
      images: [{ location: fake.image }],
      networks: [{ lima: 'shared', interface: 'lima0' }],
      param: { hoplab: `Hoplab lab shortener: ${lab.file}` },
    });
    expect(first?.networks[0]?.macAddress).toMatch(/^52:55:55(:[0-9a-f]{2}){3}$/);
    expect(first?.networks[0]?.macAddress).not.toBe(second?.networks[0]?.macAddress);
    const script = first?.provision[0]?.script ?? '';
    expect(script).toContain(`MACAddress=${first?.networks[0]?.macAddress}`);
    expect(script).toContain('Address=192.168.105.110/24\n');
    expect(second?.provision[0]?.script).toContain('Address=192.168.105.111/24\n');
    const checked = await fake.computer.machine.run(sh`sh -n`, { input: script });
    expect(checked.stderr).toBe('');
  });

  it('runs a hook with name and address, at which real machines can be switched on and off', async () => {
    await ready();
    const log = join(fake.folder, 'log');
    process.env['LIMA_FAKE_ON_START'] = `printf '%s %s\\n' >> ${log}`;
    await start();
    delete process.env['LIMA_FAKE_ON_START'];
    expect(readFileSync(log, 'utf8').trim().split('\n').sort()).toEqual(
      NAMES.map((name, index) => `${name} 192.168.105.${110 + index}`),
    );
  });

  it('leaves the VMs of another lab alone, also one that has the same name', async () => {
    await ready();
    await start();
    const other = fake.lab(
      vmLabText('lima', 'other', [
        'nodes: [{ name: one, role: control-plane, address: 192.168.105.150 }]',
        'loadBalancer: { pool: 192.168.105.200-192.168.105.210 }',
      ]),
    );
    await start(other);
    expect(await states(other)).toEqual(['running']);
    await fake.run(lima, other).run.delete();
    expect(await states()).toEqual(['running', 'running', 'running']);
    const twin: VmLab = { ...lab, file: join(fake.folder, 'elsewhere.yaml') };
    expect(await states(twin)).toEqual(['foreign', 'foreign', 'foreign']);
    const outcome = await fake.run(lima, twin).run.delete();
    expect(outcome.explanation?.title.en).toContain('that is not of this lab');
    expect(await states()).toEqual(['running', 'running', 'running']);
  });

  it('does not lower the range below somebody who uses it', async () => {
    fake.tell('killed-create');
    await ready();
    fake.forget('killed-create');
    const file = join(fake.folder, '.lima', '_config', 'networks.yaml');
    mkdirSync(join(fake.folder, '.lima', 'docker'), { recursive: true });
    writeFileSync(
      join(fake.folder, '.lima', 'docker', 'lima.yaml'),
      'images: [{ location: /image, arch: x86_64 }]\ncpus: 2\nmemory: 2GiB\ndisk: 2GiB\nnetworks: [{ lima: shared }]\n',
    );
    writeFileSync(join(fake.folder, '.lima', 'docker', 'ha.pid'), '1');
    writeFileSync(file, networks().replace('105.99', '105.254'));
    const outcome = await fake.run(lima, lab).run.start();
    expect(outcome.explanation?.title.en).toContain('gives out addresses up to 192.168.105.254, and runs for docker');
    expect(networks()).toContain('dhcpEnd: 192.168.105.254');
  });

  it('says what it is about a networks.yaml that it does not understand', async () => {
    mkdirSync(join(fake.folder, '.lima', '_config'), { recursive: true });
    writeFileSync(join(fake.folder, '.lima', '_config', 'networks.yaml'), 'networks: { host: { mode: host } }\n');
    expect((await missing())[0]?.what.en).toContain('has no network shared that Hoplab understands');
  });

  it('goes on where it was killed', async () => {
    await ready();
    const cancel = new AbortController();
    process.env['LIMA_FAKE_ON_START'] = `sleep 30 #`;
    const { run, events } = fake.run(lima, lab, cancel.signal);
    const ended = run.start();
    await expect
      .poll(() => events.filter(({ event }) => event === 'change-started').length, { timeout: 20_000 })
      .toBe(4);
    await new Promise((resolve) => setTimeout(resolve, 500));
    cancel.abort();
    expect(await ended).toMatchObject({ status: 'cancelled' });
    delete process.env['LIMA_FAKE_ON_START'];
    await start();
    expect(await states()).toEqual(['running', 'running', 'running']);
  });

  it('takes a half-made instance for unknown, and deletes nothing', async () => {
    await ready();
    fake.tell('killed-create');
    await fake.run(lima, lab).run.start();
    fake.forget('killed-create');
    expect((await states())[0]).toBe('unknown');
    const outcome = await fake.run(lima, lab).run.delete();
    expect(outcome.explanation?.title.en).toContain(`What the VM ${NAMES[0]} does is not known: Broken`);
    expect(existsSync(join(fake.folder, '.lima', NAMES[0] ?? ''))).toBe(true);
  });

  it('turns a VM off that does not shut down', async () => {
    await ready();
    await start();
    fake.tell('fail-stop', 'did not receive an event with the `exiting` status');
    expect(await fake.run(lima, lab).run.stop()).toMatchObject({ status: 'done' });
    expect(await states()).toEqual(['stopped', 'stopped', 'stopped']);
  });

  it.each([
    ['fail-disk', 'failed to convert: write /disk: no space left on device', 'The disk is full.'],
    ['fail-start', 'did not receive an event with the "running" status', 'The VM started and was not ready in time.'],
    ['fail-create', 'instance `x` already exists', 'There is a VM of that name.'],
  ])('explains what Lima says: %s', async (file, message, reason) => {
    await ready();
    fake.tell(file, message);
    const outcome = await fake.run(lima, lab).run.start();
    expect(outcome).toMatchObject({ status: 'failed', explanation: { reason: { en: reason } } });
    expect(outcome.explanation?.detail).toContain('level=fatal');
    fake.forget(file);
    await start();
  });

  it('explains that the image is gone, and that the VM is broken', async () => {
    await ready();
    fake.tell('fail-disk', 'x');
    await fake.run(lima, lab).run.start();
    const image = readFileSync(fake.image);
    fake.forget('fail-disk');
    fake.forget('image.qcow2');
    const gone = await fake.run(lima, lab).run.start();
    expect(gone.explanation?.reason?.en).toBe('The image of the VM is no longer where it was.');
    writeFileSync(fake.image, image);
    fake.tell(`broken-${NAMES[0]}`);
    fake.tell('fail-start', 'exiting');
    await fake.run(lima, lab).run.start();
    const broken = await fake.run(lima, lab).run.start();
    expect(broken.explanation?.title.en).toContain('is not known: Broken: host agent is running but driver is not');
  });

  it.each([
    ['a name with two hyphens', vmLabText('lima', 'a--b'), 'two hyphens in a row'],
    ['a name that is too long', vmLabText('lima', 'a'.repeat(55)), 'too long for Lima'],
    [
      'addresses that DHCP gives out',
      vmLabText('lima', 'b', [
        'nodes: [{ name: one, role: control-plane, address: 192.168.105.20 }]',
        'loadBalancer: { pool: 192.168.105.200-192.168.105.210 }',
      ]),
      '192.168.105.20 of one is not one of the free addresses',
    ],
    [
      'a pool elsewhere',
      vmLabText('lima', 'c', [
        'nodes: [{ name: one, role: control-plane, address: 192.168.105.120 }]',
        'loadBalancer: { pool: 192.168.105.60-192.168.105.70 }',
      ]),
      'of loadBalancer.pool',
    ],
  ])('refuses %s before anything is made', async (_what, text, sentence) => {
    const outcome = await fake.run(lima, fake.lab(text)).run.start();
    expect(outcome.explanation?.title.en).toContain(sentence);
    expect(readdirSync(join(fake.folder, '.lima'))).toEqual(['_config']);
  });
});

interface Template {
  readonly networks: readonly { readonly macAddress: string }[];
  readonly provision: readonly { readonly script: string }[];
}
