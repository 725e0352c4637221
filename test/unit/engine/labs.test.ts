import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LabAnswers } from '../../../src-main/contract/labs.ts';
import { labText } from '../../lab-file/example.ts';
import { sampled, sampledLab } from '../topology/sampled-lab.ts';
import { exampleEngine, RECORDING, type Client } from './example-engine.ts';

let client: Client;
let home: string;
beforeEach(async () => ({ client, home } = await exampleEngine(sampledLab, sampled)));

const answers: LabAnswers = {
  nodes: [{ address: '192.168.2.10' }, { address: '192.168.2.11' }],
  user: 'lab',
  lab: 'home',
};
const file = () => join(home, 'lab.yaml');

describe('the list of labs', () => {
  it('begins with the recording', async () => {
    expect(await client.labs.list()).toMatchObject([{ id: RECORDING, kind: 'recording', file: null, nodes: 3 }]);
  });

  it('has a lab once it is written, under the same id ever after', async () => {
    const made = await client.labs.create({ file: file(), answers, replace: false });
    expect(made).toMatchObject({ kind: 'lab', file: file(), nodes: null }); // its key is not there
    expect(made.problems.map(({ path }) => path)).toContain('ssh.key');
    expect((await client.labs.add({ file: file() })).id).toBe(made.id);
    expect(await client.labs.list()).toHaveLength(2);
    await client.labs.forget({ lab: made.id });
    expect(await client.labs.list()).toHaveLength(1);
    expect(readFileSync(file(), 'utf8')).toContain('lab: home');
  });

  it('has one whose bundle is not there yet, which says so', async () => {
    const given: LabAnswers = { ...answers, agent: true, bundle: './b.tar' };
    const made = await client.labs.create({ file: file(), answers: given, replace: false });
    expect(made).toMatchObject({ nodes: 2, opens: true, problems: [{ path: 'source.bundle' }] });
  });

  it('does not write over a file unless told, nor a lab that is none', async () => {
    await client.labs.create({ file: file(), answers, replace: false });
    const again = client.labs.create({ file: file(), answers, replace: false });
    await expect(again).rejects.toMatchObject({
      code: 'FAILED',
      data: { remedy: { ja: expect.any(String) as string } },
    });
    const bad = client.labs.create({ file: file(), answers: { ...answers, vip: '10.0.0.1' }, replace: true });
    await expect(bad).rejects.toMatchObject({ code: 'LAB_FILE' });
    expect(readFileSync(file(), 'utf8')).not.toContain('10.0.0.1');
  });

  it('tells all that is wrong with a file, and opens it no more', async () => {
    writeFileSync(file(), labText({ 3: '  - { name: k8s-master, role: control-plane, address: nowhere }' }));
    const added = await client.labs.add({ file: file() });
    expect(added.problems[0]).toMatchObject({ line: 3, path: 'nodes[0].address' });
    await expect(client.lab.open({ lab: added.id })).rejects.toMatchObject({ code: 'LAB_FILE' });
  });

  it('refuses a file that is not there', async () => {
    const adding = client.labs.add({ file: join(home, 'none.yaml') });
    await expect(adding).rejects.toMatchObject({ code: 'LAB_FILE', data: { problems: [{ line: 0 }] } });
  });
});

describe('a lab file in the list', () => {
  it('is written anew from the text that was read, and by nobody who read another', async () => {
    writeFileSync(file(), 'lab: one\n', { mode: 0o640 });
    const { id } = await client.labs.add({ file: file() });
    const stale = client.labs.save({ lab: id, text: 'lab: two\n', was: 'lab: none\n' });
    await expect(stale).rejects.toMatchObject({ code: 'FAILED' });
    const saved = await client.labs.save({ lab: id, text: 'lab: two\n', was: 'lab: one\n' });
    expect(saved).toMatchObject({ id, opens: false });
    expect(readFileSync(file(), 'utf8')).toBe('lab: two\n');
    expect(statSync(file()).mode & 0o777).toBe(0o640);
  });

  it('with a bundle that is not there opens all the same, and says so by its connection', async () => {
    writeFileSync(file(), labText({ 6: 'ssh: { user: lab, password: true }' }));
    const added = await client.labs.add({ file: file() });
    expect(added).toMatchObject({ opens: true, nodes: 3, problems: [{ path: 'source.bundle' }] });
    await client.lab.open({ lab: added.id });
    for await (const { connection } of await client.lab.watch({ lab: added.id })) {
      if (connection.state !== 'failed') continue;
      expect(connection.failure?.title.en).toContain('bundle');
      break;
    }
    await client.lab.close({ lab: added.id });
  });
});

describe('a lab file before it is written', () => {
  it('is composed with its problems beside the fields', async () => {
    const good = await client.labs.compose({ answers });
    expect(good.problems).toEqual([]);
    const bad = await client.labs.compose({ answers: { ...answers, nodes: [{ address: '192.168.2' }] } });
    expect(bad.problems.map(({ path }) => path)).toContain('nodes[0].address');
  });

  it('takes empty fields for not answered', async () => {
    const { text } = await client.labs.compose({ answers: { ...answers, vip: '', zone: '', key: '' } });
    expect(text).toContain('zone: k8s.local');
  });

  it('installs online, unless a bundle was asked for', async () => {
    expect((await client.labs.compose({ answers })).text).toContain('source: online\n');
    const chosen = await client.labs.compose({ answers: { ...answers, bundle: '../b.tar' } });
    expect(chosen.text).toContain('source: { bundle: ../b.tar }\n');
    const unnamed = await client.labs.compose({ answers: { ...answers, bundle: '' } });
    expect(unnamed.problems).toMatchObject([{ path: 'source.bundle' }]);
  });

  it('may have aliases of ~/.ssh/config, which are offered, and shown with what they stand for', async () => {
    mkdirSync(join(home, '.ssh'));
    writeFileSync(
      join(home, '.ssh', 'config'),
      'Host cp w1\n  HostName 192.168.7.10\n  User ops\nHost *\n  Port 2222\n',
    );
    vi.stubEnv('HOME', home);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await client.labs.aliases()).toEqual(['cp', 'w1']);
    const taken = { alias: 'cp', user: 'ops', port: 2222, skipped: [] };
    expect(await client.labs.alias({ name: 'cp' })).toEqual({ address: '192.168.7.10', taken });
    expect(await client.labs.alias({ name: 'elsewhere' })).toBeNull();
    const nodes = [{ address: 'cp' }];
    expect((await client.labs.compose({ answers: { ...answers, user: '', nodes } })).problems).toEqual([]);
    writeFileSync(
      file(),
      labText({
        3: '  - { name: a, role: control-plane, address: cp }',
        4: '',
        5: '',
        6: 'ssh: { agent: true }',
        7: 'loadBalancer: { pool: 192.168.7.200-192.168.7.210 }',
      }),
    );
    const { id } = await client.labs.add({ file: file() });
    const described = await client.lab.open({ lab: id });
    expect(described.nodes).toMatchObject([{ address: '192.168.7.10', where: 'ops@192.168.7.10:2222', alias: taken }]);
    await client.lab.close({ lab: id });
  });

  it('is checked as text', async () => {
    const { problems } = await client.labs.check({ text: 'lab: [' });
    expect(problems.length).toBeGreaterThan(0);
  });
});

describe('bad input', () => {
  it('is refused before the engine sees it', async () => {
    // @ts-expect-error what a foreign page might send
    await expect(client.rollouts.start({ lab: RECORDING, verb: 'format' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    const journal = client.journals.read({ lab: RECORDING, rollout: '../../etc/passwd' });
    await expect(journal).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});

describe('settings', () => {
  it('keep what was chosen, and merge the view', async () => {
    await client.settings.change({ language: 'ja', view: { pane: '300' } });
    await client.settings.change({ view: { stage: 'metallb' } });
    expect(await client.settings.read()).toMatchObject({
      language: 'ja',
      theme: 'system',
      view: { pane: '300', stage: 'metallb' },
    });
  });

  it('begin anew from a damaged file, which is kept', async () => {
    writeFileSync(join(home, 'settings.json'), '{"language": "fr"');
    expect((await client.settings.read()).language).toBe('system');
    expect(readFileSync(join(home, 'settings.json.damaged'), 'utf8')).toContain('fr');
  });
});

describe('a support bundle', () => {
  it('is written without secrets', async () => {
    writeFileSync(file(), `${labText()}# token abcdef.0123456789abcdef\n`);
    const { id } = await client.labs.add({ file: file() });
    const { file: written, size } = await client.journals.supportBundle({ lab: id }); // though the lab has problems
    const text = readFileSync(written, 'utf8');
    expect(size).toBe(Buffer.byteLength(text));
    expect(text).toContain('lab: shortener');
    expect(text).not.toContain('0123456789abcdef');
  });
});
