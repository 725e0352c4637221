import { mkdtempSync, readFileSync, rmSync, writeFileSync, statSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Fact } from '../../../src-main/facts/fact.ts';
import { fileHashes } from '../../../src-main/facts/file-hashes.ts';
import { images } from '../../../src-main/facts/images.ts';
import { INSTALLED, installedFiles } from '../../../src-main/facts/installed-files.ts';
import { interfaceOf, interfaces } from '../../../src-main/facts/interfaces.ts';
import { kubeProxyRules, nftablesTables } from '../../../src-main/facts/kube-proxy-rules.ts';
import { kernelSettings } from '../../../src-main/facts/kernel-settings.ts';
import { kubeadmState, MADE_BY_HOPLAB, UNFINISHED } from '../../../src-main/facts/kubeadm-state.ts';
import { listeningPorts } from '../../../src-main/facts/listening-ports.ts';
import { iptablesTables, packetRules } from '../../../src-main/facts/packet-rules.ts';
import { rememberedClients } from '../../../src-main/facts/remembered-clients.ts';
import { services } from '../../../src-main/facts/systemd-units.ts';
import { system } from '../../../src-main/facts/system.ts';
import { textFile } from '../../../src-main/facts/text-file.ts';
import type { Printed } from '../../../src-main/machines/machine.ts';
import { embed, sh, type ShellCommand } from '../../../src-main/machines/command.ts';
import { kubeadmFiles } from '../bare-machine.ts';
import { openLocalMachine } from '../../../src-main/machines/local/local-machine.ts';
import { sha256Of } from '../../../src-main/machines/upload.ts';

const machine = openLocalMachine({ name: 'client' });
const folder = mkdtempSync(join(tmpdir(), "hoplab facts' "));
afterAll(async () => {
  await machine.close();
  rmSync(folder, { recursive: true });
});

function parse<Value>(fact: Fact<Value>, stdout: string, exitCode = 0): Value {
  return fact.parse({ stdout, stderr: '', exitCode });
}

/** Runs the fact's own command here, without root. */
async function read<Value>(fact: Fact<Value>, command: string = fact.command): Promise<Value> {
  return fact.parse(await machine.run(command as ShellCommand, { accept: fact.accept ?? [0] }));
}

describe('file-hashes', () => {
  it('knows each file that exists, by its path, whatever characters are in it', async () => {
    const paths = ['a b', "it's", '$(x)', 'two  spaces '].map((name) => join(folder, name));
    for (const path of paths) writeFileSync(path, path);
    const found = await read(fileHashes([...paths, join(folder, 'missing')]));
    expect(found).toEqual(new Map(paths.map((path) => [path, sha256Of(path)])));
  });

  it('reads what shasum on macOS prints, and refuses what is no hash', () => {
    const hash = 'a'.repeat(64);
    const found = parse(fileHashes(['/x']), `${hash}  /x\n${hash} */bin/z\n`);
    expect(found).toEqual(
      new Map([
        ['/x', hash],
        ['/bin/z', hash],
      ]),
    );
  });
});

describe('what could not be read', () => {
  const there = join(folder, 'there');
  const files: readonly (readonly [string, Fact<unknown>])[] = [
    ['a text file', textFile(there)],
    ['hashes', fileHashes([there])],
    ['what is installed', installedFiles],
    ['what kubeadm left', kubeadmState],
    ['images', images],
    ['the rules of iptables', packetRules],
    ['the same for the picture', iptablesTables],
    ["kube-proxy's table of nftables", kubeProxyRules],
    ['the same for the picture', nftablesTables],
    ['the clients that are remembered', rememberedClients],
  ];
  const failures: readonly Printed[] = [
    { stdout: '', stderr: 'sh: 1: cat: not found\n', exitCode: 127 },
    { stdout: '', stderr: 'sh: 1: pidof: not found\n', exitCode: 1 },
    { stdout: '', stderr: 'cat: /there: Permission denied\n', exitCode: 1 },
    { stdout: '', stderr: 'cat: /there: Input/output error\n', exitCode: 1 },
    { stdout: '', stderr: '', exitCode: 137 },
    { stdout: '', stderr: 'ctr: failed to dial: context deadline exceeded\n', exitCode: 1 },
  ];
  it.each(files)('%s: is never told to be absent', (_, fact) => {
    for (const printed of failures) expect(() => fact.parse(printed)).toThrow(`exit code ${printed.exitCode}`);
  });

  it('does not become absent because another file is', () => {
    const stderr = `sha256sum: /other: No such file or directory\nsha256sum: ${there}: Permission denied\n`;
    expect(() => fileHashes([there, '/other']).parse({ stdout: '', stderr, exitCode: 1 })).toThrow();
  });
});

describe('packet-rules', () => {
  /** The fact's own command, where iptables-save is this script. */
  async function saved(script: string): Promise<Printed> {
    const own = mkdtempSync(join(folder, 'bin '));
    writeFileSync(join(own, 'iptables-save'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return machine.run(sh`PATH=${own}:$PATH; ${embed(packetRules.command)}`, { accept: 'any' });
  }
  const RULES = '*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n';

  it('are empty where the kernel has none', async () => {
    expect(packetRules.parse(await saved('true')).trim()).toBe('');
  });

  it('are read table by table where they cannot be read at once', async () => {
    const script = `[ "$1" = -t ] || { echo 'too new' >&2; exit 1; }; [ "$2" != nat ] || printf '${RULES.replaceAll('\n', '\\n')}'`;
    expect(packetRules.parse(await saved(script))).toBe(RULES);
  });

  it('are unknown where one table cannot be read, with the word of the machine', async () => {
    const script = `[ "$2" != nat ] || { echo 'iptables-save: table nat is incompatible' >&2; exit 4; }; [ "$1" = -t ]`;
    const printed = await saved(script);
    expect(() => packetRules.parse(printed)).toThrow('exit code 4: iptables-save: table nat is incompatible');
  });
});

describe('kube-proxy-rules', () => {
  it('are none where kube-proxy does not run, or has no table', () => {
    const stderr = 'Error: No such file or directory\nlist table ip kube-proxy\n';
    expect(nftablesTables.parse({ stdout: '', stderr: '', exitCode: 1 })).toEqual({ running: false });
    expect(nftablesTables.parse({ stdout: '', stderr, exitCode: 1 })).toEqual({ running: true });
    expect(kubeProxyRules.parse({ stdout: '', stderr, exitCode: 1 })).toBe('');
  });

  it('are unknown where kube-proxy ended meanwhile', () => {
    const stderr = 'nsenter: cannot open /proc/7/ns/mnt: No such file or directory\n';
    for (const fact of [kubeProxyRules, nftablesTables]) {
      expect(() => fact.parse({ stdout: '', stderr, exitCode: 1 })).toThrow(stderr.trim());
    }
  });
});

describe('remembered-clients', () => {
  it('are none where no chain of kube-proxy remembers any', () => {
    const stderr = 'grep: /proc/net/xt_recent/KUBE-SEP-*: No such file or directory\n';
    expect(rememberedClients.parse({ stdout: '', stderr, exitCode: 2 }).size).toBe(0);
    expect(parse(rememberedClients, '', 1).size).toBe(0);
  });
});

describe('installed-files', () => {
  const note = join(folder, 'installed');
  const target = join(folder, 'kube let');
  const here = installedFiles.command.replaceAll(INSTALLED, `'${note.replaceAll("'", "'\\''")}'`);
  const noted = (path: string, hash: string) => {
    const { size, mtimeMs, ino } = statSync(path);
    return `${hash} ${size} ${Math.floor(mtimeMs / 1000)} ${ino} ${path}\n`;
  };

  it('counts a file whose size, time and inode are those of the note, and no other', async () => {
    writeFileSync(target, 'program');
    writeFileSync(note, noted(target, 'f'.repeat(64)) + `${'e'.repeat(64)} 1 2 3 ${join(folder, 'gone')}\n`);
    expect(await read(installedFiles, here)).toEqual(new Map([[target, 'f'.repeat(64)]]));
    appendFileSync(target, ' changed');
    expect(await read(installedFiles, here)).toEqual(new Map());
  });

  it('is empty where Hoplab has noted nothing', async () => {
    rmSync(note);
    expect(await read(installedFiles, here)).toEqual(new Map());
    writeFileSync(note, '');
    expect(await read(installedFiles, here)).toEqual(new Map());
  });
});

describe('services', () => {
  const both = services(['containerd', 'kubelet']);

  it('tells a running unit from one that is not there', () => {
    const found = parse(
      both,
      'Id=containerd.service\nActiveState=active\nUnitFileState=enabled\n\nId=kubelet.service\nActiveState=inactive\nUnitFileState=\n',
    );
    expect(found.get('containerd')).toEqual({ active: 'active', enabled: 'enabled' });
    expect(found.get('kubelet')).toEqual({ active: 'inactive', enabled: 'not-found' });
  });

  it('takes the properties in any order, and others too', () => {
    const found = parse(both, 'UnitFileState=disabled\nDescription=a=b\nActiveState=failed\nId=kubelet.service\n');
    expect(found.get('kubelet')).toEqual({ active: 'failed', enabled: 'disabled' });
  });
});

describe('images', () => {
  it('counts only images that the CRI has learnt of', () => {
    const found = parse(
      images,
      [
        'REF TYPE DIGEST SIZE PLATFORMS LABELS',
        'registry.k8s.io/pause:3.10.2 application/vnd.docker.distribution.manifest.v2+json sha256:12 300 KiB linux/amd64 io.cri-containerd.image=managed,io.cri-containerd.pinned=pinned',
        'quay.io/metallb/speaker:v0.16.1 application/vnd.docker.distribution.manifest.v2+json sha256:34 9 MiB linux/amd64 -',
        '',
      ].join('\n'),
    );
    expect([...found]).toEqual(['registry.k8s.io/pause:3.10.2']);
  });
});

describe('kubeadm-state', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nMIIB+/=\nabc\n-----END CERTIFICATE-----';

  it('is nothing on a bare machine', () => {
    expect(parse(kubeadmState, kubeadmFiles([]).stdout ?? '')).toEqual({
      adminConf: false,
      kubeletConf: false,
      unfinished: false,
      madeByHoplab: false,
      traces: false,
      caCertificate: '',
    });
  });

  const nothing = { adminConf: false, kubeletConf: false, unfinished: false, madeByHoplab: false, traces: false };
  it.each([
    ['/etc/kubernetes/admin.conf', { ...nothing, adminConf: true }],
    ['/etc/kubernetes/kubelet.conf', { ...nothing, kubeletConf: true }],
    [UNFINISHED, { ...nothing, unfinished: true }],
    [MADE_BY_HOPLAB, { ...nothing, madeByHoplab: true }],
    ['/var/lib/etcd/member', { ...nothing, traces: true }],
  ])('knows what %s means', (path, state) => {
    expect(parse(kubeadmState, `${kubeadmFiles([path]).stdout}${pem}\n`)).toEqual({ ...state, caCertificate: pem });
  });
});

describe('listening-ports', () => {
  it('reads IPv4, IPv6 and interface-bound sockets, with and without a program', () => {
    const found = parse(
      listeningPorts,
      [
        'Netid State  Recv-Q Send-Q      Local Address:Port  Peer Address:PortProcess',
        'udp   UNCONN 0      0          127.0.0.53%lo:53        0.0.0.0:*    users:(("systemd-resolve",pid=611,fd=13))',
        'udp   UNCONN 0      0      [fe80::1]%eth0:546             [::]:*    users:(("systemd-network",pid=5,fd=1))',
        'tcp   LISTEN 0      128           0.0.0.0:22           0.0.0.0:*    users:(("sshd",pid=720,fd=3),("systemd",pid=1,fd=77))',
        'tcp   LISTEN 0      4096                *:6443               *:*    users:(("kube-apiserver",pid=9,fd=3))',
        'tcp   LISTEN 0      4096             [::]:111             [::]:*',
        'tcp   LISTEN 0      5               [::1]:631             [::]:*    ',
      ].join('\n'),
    );
    expect(found.map(({ protocol, port, program }) => `${protocol} ${port} ${program}`)).toEqual([
      'udp 53 systemd-resolve',
      'udp 546 systemd-network',
      'tcp 22 sshd',
      'tcp 6443 kube-apiserver',
      'tcp 111 ',
      'tcp 631 ',
    ]);
  });

  it('are none below the heading alone, and unknown without it', () => {
    expect(parse(listeningPorts, 'Netid State  Recv-Q Send-Q Local Address:Port\n')).toEqual([]);
    expect(() => parse(listeningPorts, '')).toThrow('exit code 0');
  });
});

describe('kernel-settings', () => {
  it('leaves out what the kernel does not know', () => {
    const found = parse(kernelSettings, 'net.ipv4.ip_forward = 1\n');
    expect(found).toEqual(new Map([['net.ipv4.ip_forward', '1']]));
  });
});

describe('system', () => {
  it('reads a whole machine', () => {
    const printed =
      'Linux\nk8s-master\naarch64\n4\n3911\n4C4C4544-0042\nfeedbeef\ncgroup2fs\nnone\n\n/dev/zram0\n/swap file\\040x\n';
    expect(parse(system, printed)).toEqual({
      kernel: 'Linux',
      hostname: 'k8s-master',
      arch: 'arm64',
      cpus: 4,
      memory: 3911,
      productUuid: '4c4c4544-0042',
      machineId: 'feedbeef',
      cgroup: 'v2',
      swaps: ['/dev/zram0', '/swap file\\040x'],
    });
  });

  it('keeps its places where a machine has neither DMI nor machine-id', () => {
    const found = parse(system, 'Linux\nh\nriscv64\n1\n512\n\n\ntmpfs\n\n');
    expect(found).toMatchObject({ arch: 'unknown', productUuid: '', machineId: '', cgroup: 'v1', swaps: [] });
  });

  it("does not take the host for the machine in a container, where DMI is the host's", () => {
    const found = parse(system, 'Linux\nh\nx86_64\n1\n512\nAB\nfeed\ncgroup2fs\nsystemd-nspawn\n/dev/sda2\n');
    expect(found).toMatchObject({ productUuid: '', machineId: 'feed', swaps: ['/dev/sda2'] });
  });

  // An image that is to be cloned has an empty /etc/machine-id, and so have containers: `cat` then prints no line at all.
  it('keeps its places where /etc/machine-id is empty', async () => {
    const empty = join(folder, 'machine-id');
    writeFileSync(empty, '');
    const id = `'${empty.replaceAll("'", "'\\''")}'`;
    const found = await read(system, system.command.replaceAll('/etc/machine-id', id));
    expect(found.machineId).toBe('');
  });

  it('is read here by its own command', async () => {
    const found = await read(system);
    expect(found.kernel).toBe('Linux');
    expect(found.cpus).toBeGreaterThan(0);
    expect(found.memory).toBeGreaterThan(100);
  });
});

describe('text-file', () => {
  it('is its content, also the empty one, and undefined where there is none', async () => {
    const path = join(folder, 'text');
    writeFileSync(path, '');
    expect(await read(textFile(path))).toBe('');
    writeFileSync(path, 'a\n\n');
    expect(await read(textFile(path))).toBe('a\n\n');
    expect(await read(textFile(join(folder, 'none')))).toBeUndefined();
  });
});

describe('interfaces', () => {
  const sample = JSON.stringify([
    {
      ifname: 'lo',
      mtu: 65536,
      address: '00:00:00:00:00:00',
      addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8, scope: 'host' }],
    },
    {
      ifname: 'eth0',
      mtu: 1500,
      address: '52:54:00:a8:02:0c',
      linkinfo: { info_kind: 'veth' },
      addr_info: [
        { family: 'inet', local: '192.168.2.12', prefixlen: 24, valid_life_time: 4294967295 },
        { family: 'inet6', local: 'fe80::5054:ff:fea8:20c', prefixlen: 64 },
      ],
    },
    {}, // iproute2 leaves an empty object where a filter hid an interface
  ]);

  it('knows each by its name, MAC and IPv4 addresses', () => {
    const found = parse(interfaces, sample);
    expect(found[1]).toEqual({
      name: 'eth0',
      mac: '52:54:00:a8:02:0c',
      mtu: 1500,
      ipv4: [{ address: '192.168.2.12', prefix: 24 }],
    });
    expect(interfaceOf(found, '192.168.2.12')?.name).toBe('eth0');
    expect(interfaceOf(found, '192.168.2.1')).toBeUndefined();
  });

  const samples = ['iptables-mode', 'nftables-mode'].flatMap((mode) =>
    ['leader', 'second'].map((node) => `${mode}/${node}-ip-j-addr.json`),
  );
  const root = process.env['HOPLAB_SAMPLES'] ?? new URL('../../../../shared/lab/samples', import.meta.url).pathname;
  it.each(samples)('reads the sample of the lab %s', (name) => {
    let text: string;
    try {
      text = readFileSync(join(root, name), 'utf8');
    } catch {
      console.warn(`skipped: no sample ${join(root, name)}`);
      return;
    }
    const found = parse(interfaces, text);
    const lan = found.find(({ ipv4 }) => ipv4.some(({ address }) => address.startsWith('192.168.2.')));
    expect(lan).toMatchObject({ name: 'eth0', mtu: 1500 });
    expect(found.map(({ name: own }) => own)).toEqual(expect.arrayContaining(['lo', 'flannel.1', 'cni0']));
  });
});
