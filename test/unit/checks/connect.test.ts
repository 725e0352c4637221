import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '../../../src-main/bundle/bundle.ts';
import type { Answer, Check } from '../../../src-main/checks/check.ts';
import { clientAsksDirectly } from '../../../src-main/checks/client-asks-directly.ts';
import { clientHasPrograms } from '../../../src-main/checks/client-has-programs.ts';
import { cniIsFree } from '../../../src-main/checks/cni-is-free.ts';
import { kubeletStartsAsTold } from '../../../src-main/checks/kubelet-starts-as-told.ts';
import { programsAreThere } from '../../../src-main/checks/programs-are-there.ts';
import { resolverFits } from '../../../src-main/checks/resolver-fits.ts';
import { ownProxy } from '../../../src-main/facts/own-proxy.ts';
import { programs } from '../../../src-main/facts/programs.ts';
import { FactReader } from '../../../src-main/facts/fact.ts';
import type { Lab } from '../../../src-main/lab/lab.ts';
import type { ShellCommand } from '../../../src-main/machines/command.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf, questionOf, type Reply } from '../table-machine.ts';
import { thisComputer } from '../this-computer.ts';

const lab = labOf(labText());
let bundle: Bundle;
beforeAll(async () => void ({ bundle } = await exampleBundle()));

type Told = Exclude<Answer, { status: 'not-applicable' }>;

/** What a check says of a machine that answers its one question so. */
async function told(check: Check, reply: Reply, of: Lab = lab): Promise<Told> {
  const replies = (command: string) => (/^(?:uname|for f in)/.test(command) ? undefined : reply);
  const machine = check.on === 'client' ? 'client' : 'k8s-master';
  return (await check.ask(questionOf(contextOf({ lab: of, bundle, replies }), machine))) as Told;
}

describe('programs', () => {
  it('that are missing are named, with the packages of the distribution', async () => {
    const missing = 'missing conntrack\nmissing nft\nmissing nsenter\n';
    const answer = await told(programsAreThere, { stdout: `${missing}of ubuntu debian \n` });
    expect(answer).toMatchObject({ status: 'failed', actual: { en: 'not found: conntrack, nft, nsenter' } });
    expect(answer.remedy.en).toBe('`sudo apt-get install conntrack nftables util-linux`');
    const fedora = await told(programsAreThere, { stdout: `${missing}of rocky rhel centos fedora \n` });
    expect(fedora.remedy.en).toBe('`sudo dnf install conntrack-tools nftables util-linux`');
    const dig = await told(clientHasPrograms, { stdout: 'missing dig\nof arch \n' });
    expect(dig.remedy.en).toBe('`sudo pacman -S bind`');
    const other = await told(clientHasPrograms, { stdout: 'missing dig\nof nixos \n' });
    expect(other.remedy.en).toContain('Debian, Ubuntu: bind9-dnsutils; Fedora, RHEL: bind-utils');
  });

  it('are not taken for there where nothing was said', async () => {
    await expect(told(programsAreThere, {})).rejects.toThrow();
  });

  it('are looked for by a command that finds those of this computer, and misses others', async () => {
    const machine = thisComputer('client');
    const found = await new FactReader().read(machine, programs(['sh', 'no such program', 'grep'], false));
    expect(found.missing).toEqual(['no such program']);
    await machine.close();
  });
});

describe('what changes how the kubelet starts', () => {
  const DROP_IN = '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf';

  it('is a drop-in of a package, named with its removal', async () => {
    const answer = await told(kubeletStartsAsTold, { stdout: `${DROP_IN}\n==\n` });
    expect(answer).toMatchObject({ status: 'failed', actual: { en: DROP_IN } });
    expect(answer.remedy.en).toContain(DROP_IN);
    expect(answer.remedy.en).toContain('apt-get remove kubelet kubeadm');
  });

  it.each([
    ['HTTPS_PROXY=http://proxy:3128\n', 'failed'],
    ['HTTPS_PROXY=http://proxy:3128\nNO_PROXY=localhost,10.0.0.0/8\n', 'failed'],
    ['HTTPS_PROXY=http://proxy:3128\nNO_PROXY=localhost,192.168.2.0/24\n', 'passed'],
    ['https_proxy=http://proxy:3128\nno_proxy=192.168.2.10\n', 'passed'],
    ['HTTPS_PROXY=http://proxy:3128\nNO_PROXY=*\n', 'passed'],
    ['HTTP_PROXY=http://proxy:3128\n', 'passed'],
    ['', 'passed'],
  ])('is a proxy between it and the API server: %j', async (environment, status) => {
    const answer = await told(kubeletStartsAsTold, { stdout: `==\n${environment}` });
    expect(answer.status).toBe(status);
    if (status === 'failed') expect(answer.remedy.en).toContain('192.168.2.10');
  });
});

describe("another pod network's configuration", () => {
  it.each([
    ['', 'passed'],
    ['10-flannel.conflist\n', 'passed'],
    ['87-podman-bridge.conflist\n', 'failed'],
    ['10-flannel.conflist\n87-podman-bridge.conflist\n', 'passed'],
    ['05-cilium.conflist\n10-flannel.conflist\n', 'failed'],
    ['README\n', 'passed'],
  ])('is in the way while it is the first: %j', async (stdout, status) => {
    expect((await told(cniIsFree, { stdout })).status).toBe(status);
  });

  it('is not taken for absent where the folder cannot be read', async () => {
    const stderr = "ls: cannot open directory '/etc/cni/net.d': Permission denied\n";
    await expect(told(cniIsFree, { stderr, exitCode: 2 })).rejects.toThrow();
  });
});

describe("the client's resolver", () => {
  const STUB = 'active\nhosts:          files resolve [!UNAVAIL=return] dns\nnameserver 127.0.0.53\nfolder 755\n==\n';
  const MAIN = '# /etc/systemd/resolved.conf\n#  This file is part of systemd.\n\n[Resolve]\n#DNS=\n\n';
  const own =
    '# /etc/systemd/resolved.conf.d/hoplab-k8s.local.conf\n[Resolve]\nDNS=192.168.2.10:30053\nDomains=~k8s.local\n';
  const fits = (config: string, of?: Lab) => told(resolverFits, { stdout: `${STUB}${MAIN}${config}` }, of);
  const elsewhere: Lab = { ...lab, dns: { ...lab.dns, zone: 'lab.example.com' } };

  it('fits as it is installed, and with what Hoplab wrote', async () => {
    expect((await fits('')).status).toBe('passed');
    expect((await fits(own)).status).toBe('passed');
  });

  it('does not fit with a global server of its own: the file and the server are named, before anything is written', async () => {
    const file = '/etc/systemd/resolved.conf.d/lan.conf';
    for (const config of [
      `# ${file}\n[Resolve]\nDNS=192.168.2.1\n`,
      `${own}\n# ${file}\n[Resolve]\nDNS = 192.168.2.1\n`,
    ]) {
      const answer = await fits(config);
      expect(answer).toMatchObject({ status: 'failed', actual: { en: `DNS=192.168.2.1 (${file})` } });
      expect(answer.remedy.en).toContain(`Take DNS=192.168.2.1 out of ${file}`);
      expect(answer.remedy.ja).toContain(file);
    }
  });

  it('does not fit with the file of another lab either, and does where a later file takes all back', async () => {
    expect((await fits(own.replaceAll('k8s.local', 'other.local'))).status).toBe('failed');
    expect((await fits('# /run/systemd/resolved.conf.d/a.conf\nDNS=1.1.1.1\n# /etc/x/b.conf\nDNS=\n')).status).toBe(
      'passed',
    );
  });

  it.each([
    ['DNSOverTLS=yes', lab, 'failed'],
    ['DNSOverTLS=opportunistic', lab, 'passed'],
    ['DNSSEC=yes', lab, 'passed'], // systemd takes names below .local for unsigned
    ['DNSSEC=yes', elsewhere, 'failed'],
    ['DNSSEC=allow-downgrade', elsewhere, 'passed'],
  ])('is asked for %s', async (setting, of, status) => {
    const answer = await fits(`# /etc/systemd/resolved.conf.d/strict.conf\n[Resolve]\n${setting}\n`, of);
    expect(answer.status).toBe(status);
    if (status === 'failed') expect(answer.actual.en).toContain('strict.conf');
  });

  it.each([
    ['does not run', 'inactive\nfolder \n==\n', 'systemctl enable --now systemd-resolved'],
    ['is not asked', 'active\nhosts: files dns\nnameserver 192.168.2.1\nfolder 755\n==\n', 'stub-resolv.conf'],
    ['cannot read its folder', STUB.replace('755', '700'), 'chmod 755'],
  ])('does not fit where it %s', async (_, stdout, remedy) => {
    const answer = await told(resolverFits, { stdout });
    expect(answer.status).toBe('failed');
    expect(answer.remedy.en).toContain(remedy);
  });

  it('is not judged where nothing could be read', async () => {
    await expect(
      told(resolverFits, { stderr: 'sh: 1: systemd-analyze: not found\n', exitCode: 127 }),
    ).rejects.toThrow();
  });
});

describe("a proxy of the client's own curl", () => {
  it.each([
    ['', 'passed'],
    ['env http_proxy=http://proxy:3128\n', 'failed'],
    ['env HTTP_PROXY=http://proxy:3128\n', 'passed'], // curl does not know it in capitals
    ['env https_proxy=http://proxy:3128\n', 'passed'],
    ['env ALL_PROXY=socks5://proxy:1080\n', 'failed'],
    ['env http_proxy=http://proxy:3128\nenv no_proxy=localhost,.k8s.local\n', 'passed'],
    ['env http_proxy=http://proxy:3128\nenv NO_PROXY=k8s.local\n', 'passed'],
    ['env http_proxy=http://proxy:3128\nenv no_proxy=8s.local\n', 'failed'],
    ['env http_proxy=http://proxy:3128\nenv no_proxy=*\n', 'passed'],
    ['~/.curlrc proxy = "http://proxy:3128"\n', 'failed'],
    ['~/.curlrc --proxy http://proxy:3128\n', 'failed'],
    ['~/.curlrc -x http://proxy:3128\n', 'failed'],
    ['~/.curlrc # proxy = http://proxy:3128\n', 'passed'],
    ['~/.config/curlrc proxy=proxy:3128\n~/.config/curlrc noproxy = "k8s.local"\n', 'passed'],
  ])('is found where it would be asked for the lab: %j', async (stdout, status) => {
    const answer = await told(clientAsksDirectly, { stdout: `${stdout}==\n` });
    expect(answer.status).toBe(status);
    if (status === 'failed') expect(answer.remedy.en).toContain('.k8s.local,192.168.2.200');
  });

  it('is read from the environment and from the file, without its password', async () => {
    const home = await tempFolder();
    mkdirSync(join(home, '.config'));
    const machine = thisComputer('client');
    const here = { ...ownProxy, command: `export HOME=${home}; ${ownProxy.command}` as ShellCommand };
    process.env['http_proxy'] = 'http://me:secret@proxy:3128';
    try {
      const found = await new FactReader().read(machine, here);
      expect(found).toMatchObject({ proxy: 'http://proxy:3128', place: 'http_proxy' });
      writeFileSync(join(home, '.curlrc'), 'proxy = "http://me:secret@other:3128"\n');
      const { stdout } = await machine.run(here.command);
      expect(stdout).not.toContain('secret');
      expect(await new FactReader().read(machine, here)).toMatchObject({
        proxy: 'http://other:3128',
        place: '~/.curlrc',
      });
    } finally {
      delete process.env['http_proxy'];
      await machine.close();
    }
  });
});
