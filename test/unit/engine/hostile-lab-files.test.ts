import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LabAnswers, LabId } from '../../../src-main/contract/labs.ts';
import { labText } from '../../lab-file/example.ts';
import { sampled, sampledLab } from '../topology/sampled-lab.ts';
import { exampleEngine, type Client } from './example-engine.ts';

let client: Client;
let folder: string;
beforeEach(async () => ({ client, home: folder } = await exampleEngine(sampledLab, sampled)));

const BASHRC = '# ~/.bashrc\nalias ll="ls -l"\nif [ -f ~/.x ]; then\n  . ~/.x: y\nfi\n';
const KUBECONFIG = 'apiVersion: v1\nkind: Config\nusers: [{ name: admin, user: { token: s3cret } }]\n';
const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n-----END OPENSSH PRIVATE KEY-----\n';

const answers: LabAnswers = { nodes: [{ address: '192.168.2.10' }], user: 'lab', lab: 'home' };
const at = (name: string) => join(folder, name);

function written(name: string, text: string): string {
  writeFileSync(at(name), text);
  return at(name);
}

/** The one sentence of a refusal. */
async function refusal(asked: Promise<unknown>): Promise<string> {
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) =>
      thrown as { code: string; data: { problems?: { text: { en: string } }[]; title?: { en: string } } },
  );
  expect(error?.code).toMatch(/^(?:LAB_FILE|FAILED)$/);
  return error?.data.problems?.[0]?.text.en ?? error?.data.title?.en ?? '';
}

async function listed(name: string): Promise<LabId> {
  return (await client.labs.add({ file: written(name, labText()) })).id;
}

describe('a file that is no lab file', () => {
  it('is neither taken into the list nor read', async () => {
    const files = [
      ...[
        written('.bashrc', BASHRC),
        written('config', KUBECONFIG),
        written('id_ed25519', KEY),
        written('empty.yaml', ''),
      ],
      ...[
        written('kube.yaml', KUBECONFIG),
        written('list.yaml', '- lab: x\n'),
        written('text.yaml', 'lab and nodes\n'),
      ],
      written('mistaken.conf', 'lab: [\n'),
    ];
    for (const file of files) {
      expect([file, await refusal(client.labs.add({ file }))]).toEqual([
        file,
        'A lab file is a mapping of keys (lab, nodes, ssh, …) to values; this is something else.',
      ]);
    }
    expect(await client.labs.list()).toHaveLength(1);
  });

  it('may be a pipe, a device, a folder or endless: nobody waits for it', async () => {
    execFileSync('mkfifo', [at('pipe.yaml')]);
    mkdirSync(at('folder.yaml'));
    symlinkSync('/dev/zero', at('zero.yaml'));
    symlinkSync(at('pipe.yaml'), at('link.yaml'));
    const files = [at('pipe.yaml'), at('link.yaml'), at('folder.yaml'), at('zero.yaml'), '/dev/zero', '/dev/tty'];
    for (const file of files) {
      expect(await refusal(client.labs.add({ file }))).toMatch(
        /^This is not a regular file\.|^The file cannot be read\./,
      );
    }
    const large = written('large.yaml', `lab: home\n# ${'x'.repeat(128 * 1024)}\n`);
    expect(await refusal(client.labs.add({ file: large }))).toContain('larger than 128 KiB');
    expect(await refusal(client.labs.add({ file: '/proc/self/environ' }))).not.toBe('');
    expect(await refusal(client.labs.add({ file: at('none.yaml') }))).toBe('There is no such file.');
  });

  it('is not read in the place of a lab file that it was put in', async () => {
    const id = await listed('lab.yaml');
    written('id_ed25519', KEY);
    for (const target of ['id_ed25519', written('.bashrc', BASHRC), written('config', KUBECONFIG), '/dev/zero']) {
      rmSync(at('lab.yaml'));
      symlinkSync(target, at('lab.yaml'));
      await refusal(client.labs.read({ lab: id }));
      await refusal(client.lab.open({ lab: id }));
      const told = JSON.stringify([await client.labs.list(), await supportBundle(id)]);
      expect(told).not.toMatch(/s3cret|b3BlbnNza|alias ll/);
    }
  });

  it('is not written in the place of a lab file that it was put in', async () => {
    const id = await listed('lab.yaml');
    const { text } = await client.labs.read({ lab: id });
    written('.bashrc', BASHRC);
    rmSync(at('lab.yaml'));
    symlinkSync(at('.bashrc'), at('lab.yaml'));
    for (const was of [text, BASHRC, '']) await refusal(client.labs.save({ lab: id, text: labText(), was }));
    expect(readFileSync(at('.bashrc'), 'utf8')).toBe(BASHRC);
  });

  it('is not made by saving or creating one', async () => {
    const id = await listed('lab.yaml');
    const was = labText();
    for (const text of [BASHRC, '', '- x\n', `${was}# ${'x'.repeat(128 * 1024)}`]) {
      await refusal(client.labs.save({ lab: id, text, was }));
    }
    for (const [name, before] of [
      ['.bashrc', BASHRC],
      ['config', KUBECONFIG],
      ['empty', ''],
    ] as const) {
      await refusal(client.labs.create({ file: written(name, before), answers, replace: true }));
      expect(readFileSync(at(name), 'utf8')).toBe(before);
    }
    for (const name of ['.profile', 'authorized_keys', 'lab', 'lab.yaml.sh']) {
      expect(await refusal(client.labs.create({ file: at(name), answers, replace: true }))).toContain(
        'not a lab file name',
      );
      expect(existsSync(at(name))).toBe(false);
    }
    symlinkSync(at('.zshrc'), at('new.yaml')); // to nothing yet
    await refusal(client.labs.create({ file: at('new.yaml'), answers, replace: false }));
    await refusal(client.labs.create({ file: at('new.yaml'), answers, replace: true }));
    expect(existsSync(at('.zshrc'))).toBe(false);
    expect(readFileSync(at('lab.yaml'), 'utf8')).toBe(was);
  });
});

describe('a lab file of the user', () => {
  it('may be reached by a link, which stays', async () => {
    mkdirSync(at('kept'));
    const real = written('kept/real.yml', labText());
    symlinkSync(real, at('lab.yaml'));
    const { id } = await client.labs.add({ file: at('lab.yaml') });
    await client.labs.save({ lab: id, text: labText({ 1: 'lab: other' }), was: labText() });
    expect(readFileSync(real, 'utf8')).toContain('lab: other');
    expect((await client.labs.read({ lab: id })).text).toContain('lab: other');
  });

  it('with mistakes in its YAML is taken, read and mended', async () => {
    const broken = 'lab: home\nnodes: [\n';
    const { id, problems } = await client.labs.add({ file: written('lab.yaml', broken) });
    expect(problems.length).toBeGreaterThan(0);
    expect((await client.labs.read({ lab: id })).text).toBe(broken);
    await client.labs.save({ lab: id, text: labText(), was: broken });
    expect(readFileSync(at('lab.yaml'), 'utf8')).toBe(labText());
  });

  it('is replaced by a new one when the user says so', async () => {
    await client.labs.create({ file: written('lab.yaml', labText()), answers, replace: true });
    expect(readFileSync(at('lab.yaml'), 'utf8')).toContain('lab: home');
    await client.labs.create({ file: at('new/lab.yml'), answers, replace: false });
    expect(existsSync(at('new/lab.yml'))).toBe(true);
  });

  it.skipIf(process.getuid?.() === 0)('that may not be read is told as such', async () => {
    chmodSync(written('lab.yaml', labText()), 0);
    expect(await refusal(client.labs.add({ file: at('lab.yaml') }))).toBe('The file cannot be read.');
  });
});

async function supportBundle(lab: LabId): Promise<string> {
  return readFileSync((await client.journals.supportBundle({ lab })).file, 'utf8');
}
