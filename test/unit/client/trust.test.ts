import { X509Certificate } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CertificateAuthority } from '../../../src-main/authority/certificate-authority.ts';
import type { TrustedAuthority } from '../../../src-main/client/client.ts';
import { macosClient } from '../../../src-main/client/macos/macos-client.ts';
import { linuxClient } from '../../../src-main/client/linux/linux-client.ts';
import { sha256Of } from '../../../src-main/machines/upload.ts';
import { changesOf, type Plan } from '../../../src-main/plan/plan.ts';
import { FakeMac } from '../../fake-programs/fake-mac.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { hasProgram } from '../has-program.ts';
import { TableMachine, type Replies } from '../table-machine.ts';
import { thisComputer } from '../this-computer.ts';

const LAB = { name: 'shortener', dns: { zone: 'k8s.local', nodePort: 30053 } };

async function newAuthority(path: string): Promise<TrustedAuthority> {
  const { authority } = await new CertificateAuthority().issue(LAB, ['a.k8s.local']);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `# Written by Hoplab: the certificate of the lab's CA.\n${authority}`);
  return { lab: LAB.name, path, known: new X509Certificate(authority) };
}

describe.skipIf(!hasProgram('openssl'))("a Mac's System keychain", () => {
  const machine = thisComputer('client');
  const before = { ...process.env };
  let mac: FakeMac;
  let authority: TrustedAuthority;
  beforeAll(() => {
    mac = new FakeMac();
    Object.assign(process.env, mac.env);
  });
  beforeEach(async () => {
    authority = await newAuthority(join(mac.state, 'ca.crt'));
  });
  afterAll(async () => {
    Object.assign(process.env, before);
    await machine.close();
  });

  const { trust } = macosClient();
  const kept = () => readdirSync(join(mac.state, 'keychain'));
  async function make(plan: Plan): Promise<number> {
    const changes = changesOf(plan);
    for (const { command } of changes) await machine.run(command);
    return changes.length;
  }

  it('trusts the CA of a lab, in the place of one that it had before, and no more once that is undone', async () => {
    expect(await make(await trust.decide(machine, authority))).toBe(1);
    expect(await make(await trust.decide(machine, authority))).toBe(0);
    expect(kept()).toHaveLength(2);
    const other = await newAuthority(authority.path);
    expect(await make(await trust.decide(machine, other))).toBe(1);
    expect(kept().sort()).toEqual(
      ['pem', 'trusted'].map((end) => `${other.known?.fingerprint256.replaceAll(':', '') ?? ''}.${end}`),
    );
    expect(await make(await trust.undo(machine, LAB.name))).toBe(1);
    expect(kept()).toEqual([]);
    expect(await make(await trust.undo(machine, LAB.name))).toBe(0);
  });
});

describe('the CAs of a Linux PC', () => {
  const { trust } = linuxClient();
  const COPY = '/usr/local/share/ca-certificates/hoplab-shortener.crt';
  const path = '/etc/hoplab/shortener-ca.crt';
  const machineWith = (files: Readonly<Record<string, string>>) => {
    const replies: Replies = (command) => {
      if (!command.includes('sha256sum')) return {};
      const lines = Object.entries(files).map(([file, hash]) => `${hash}  ${file}\n`);
      const asked = [...command.matchAll(/(?<= )\/\S+?(?=;| |$)/g)].map(([file]) => file);
      const absent = asked.filter((file) => !(file in files));
      const stderr = absent.map((file) => `sha256sum: ${file}: No such file or directory\n`).join('');
      return { stdout: lines.join(''), stderr, exitCode: absent.length > 0 ? 1 : 0 };
    };
    return new TableMachine('client', replies);
  };
  const [one, other] = [sha256Of('one'), sha256Of('other')];

  it('are as the lab asks where its file is among those of the distribution', async () => {
    const { known } = await newAuthority(join(await tempFolder(), 'ca.crt'));
    const asked = { lab: 'shortener', path, known };
    expect(changesOf(await trust.decide(machineWith({ [path]: one, [COPY]: one }), asked))).toEqual([]);
    expect(changesOf(await trust.decide(machineWith({ [path]: one, [COPY]: other }), asked))).toHaveLength(1);
    expect(changesOf(await trust.decide(machineWith({ [path]: one }), asked))).toHaveLength(1);
    const making = { ...asked, known: undefined };
    expect(changesOf(await trust.decide(machineWith({ [path]: one, [COPY]: one }), making))).toHaveLength(1);
  });

  it('are left alone where none of them is ours', async () => {
    expect(changesOf(await trust.undo(machineWith({ [path]: one }), 'shortener'))).toEqual([]);
    const [change] = changesOf(await trust.undo(machineWith({ [COPY]: one }), 'shortener'));
    expect(change?.command).toContain(COPY);
  });
});
