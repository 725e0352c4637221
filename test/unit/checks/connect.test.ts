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
import { ownProxy, proxyFor } from '../../../src-main/facts/own-proxy.ts';
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
  const replies = (command: string) => (/^(?:uname|for file in)/.test(command) ? undefined : reply);
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
      expect(answer.remedy.en).toContain(`Remove DNS=192.168.2.1 from ${file}`);
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
  const asked = 'env http_proxy=http://proxy:3128\n';

  it.each([
    ['', 'passed'],
    [asked, 'failed'],
    ['env HTTP_PROXY=http://proxy:3128\n', 'passed'], // curl does not know it in capitals
    ['env https_proxy=http://proxy:3128\n', 'passed'],
    ['env ALL_PROXY=socks5://proxy:1080\n', 'failed'],
    [`${asked}env no_proxy=localhost,.k8s.local\n`, 'passed'],
    [`${asked}env NO_PROXY=k8s.local\n`, 'passed'],
    [`${asked}env no_proxy=8s.local\n`, 'failed'],
    [`${asked}env no_proxy=*\n`, 'passed'],
    ['~/.curlrc:1:proxy = "http://proxy:3128"\n', 'failed'],
    ['~/.curlrc:1:--proxy http://proxy:3128\n', 'failed'],
    ['~/.curlrc:1:-x http://proxy:3128\n', 'failed'],
    ['~/.curlrc:1:-xhttp://proxy:3128\n', 'failed'],
    ['~/.curlrc:1:socks5-hostname proxy\n', 'failed'],
    [`${asked}~/.curlrc:1:proxy = ""\n`, 'passed'], // the file is asked first
    ['~/.curlrc:1:proxy = proxy:3128\nenv no_proxy=k8s.local\n', 'passed'],
    ['~/.curlrc:1:proxy = proxy:3128\n~/.curlrc:2:noproxy = other\nenv no_proxy=k8s.local\n', 'failed'],
    ['~/.config/curlrc:1:proxy=proxy:3128\n~/.config/curlrc:2:noproxy = "a.b, k8s.local"\n', 'passed'],
  ])('is found where it would be asked for the lab: %j', async (stdout, status) => {
    const answer = await told(clientAsksDirectly, { stdout: `${stdout}==\n` });
    expect(answer.status).toBe(status);
    if (status === 'failed') expect(answer.remedy.en).toContain('.k8s.local,192.168.2.200');
  });

  const own = (stdout: string) => ownProxy.parse({ stdout: `${stdout}==\n`, stderr: '', exitCode: 0 });

  it.each([
    ['192.168.2.200', true],
    ['192.168.2.0/24', true],
    ['192.168.2.200/32', true],
    ['10.0.0.0/8,192.168.2.192/28', true],
    ['192.168.3.0/24', false],
    ['192.168.2', false],
    ['.2.200', false],
    ['192.168.2.200/33', false],
    ['192.168.2.0/', false],
    ['localhost 192.168.2.200', true],
    ['*,localhost', false],
  ])('no_proxy=%s leaves an address out: %s', (entry, isSpared) => {
    const found = proxyFor(own(`${asked}env no_proxy=${entry}\n`), 'http', '192.168.2.200');
    expect(found === undefined).toBe(isSpared);
  });

  it.each([
    ['k8s.local', true],
    ['.K8S.local.', true],
    ['shop.k8s.local', true],
    ['hop.k8s.local', false],
    ['192.168.2.0/24', false], // the name is not looked up
  ])('no_proxy=%s leaves a name out: %s', (entry, isSpared) => {
    const found = proxyFor(own(`${asked}env no_proxy=${entry}\n`), 'http', 'shop.k8s.local');
    expect(found === undefined).toBe(isSpared);
  });

  it('is one for http and one for https, each with its place', () => {
    const both = own('env http_proxy=http://a:1\nenv HTTPS_PROXY=http://b:2\nenv all_proxy=http://c:3\n');
    expect(both.http).toEqual({ proxy: 'http://a:1', place: 'http_proxy' });
    expect(both.https).toEqual({ proxy: 'http://b:2', place: 'HTTPS_PROXY' });
    const file = own('~/.curlrc:2:proxy = http://a:1\n~/.curlrc:4:proxy = http://b:2\nenv https_proxy=http://c:3\n');
    expect(file.http).toEqual({ proxy: 'http://b:2', place: '~/.curlrc', line: 4 });
    expect(file.https).toEqual(file.http);
  });

  it('is read from the environment and from the first file, without its password and without any other line', async () => {
    const home = await tempFolder();
    mkdirSync(join(home, '.config'));
    writeFileSync(join(home, '.config', 'curlrc'), 'proxy = last:3128\n');
    const machine = thisComputer('client');
    const here = { ...ownProxy, command: `export HOME=${home}; ${ownProxy.command}` as ShellCommand };
    const read = () => new FactReader().read(machine, here);
    process.env['https_proxy'] = 'me:secret@proxy:3128';
    try {
      expect(await read()).toMatchObject({
        http: { proxy: 'last:3128' },
        https: { place: '~/.config/curlrc', line: 1 },
      });
      const lines = ['user = "me:secret"', 'proxy = "http://me:sec/ret@other:3128"', 'proxy-user = "me:secret"'];
      writeFileSync(join(home, '.curlrc'), `# proxy = none\n${lines.join('\n')}\n`);
      const { stdout } = await machine.run(here.command);
      expect(stdout).not.toMatch(/sec|user/);
      expect(await read()).toMatchObject({ http: { proxy: 'http://other:3128', place: '~/.curlrc', line: 3 } });
      writeFileSync(join(home, '.curlrc'), '\n');
      expect(await read()).toMatchObject({ http: undefined, https: { proxy: 'proxy:3128', place: 'https_proxy' } });
    } finally {
      delete process.env['https_proxy'];
      await machine.close();
    }
  });
});
