import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { program } from '../../../src-main/cli/program.ts';
import { stages } from '../../../src-main/stages/index.ts';
import { version } from '../../../src-main/version.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { exampleBundle } from '../example-bundle.ts';
import { hoplabWords, inherited } from './terminal.ts';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
beforeEach(async () => {
  folder = await tempFolder();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** The environment of every run: nothing of the developer's own. */
const environment = () => ({ HOME: folder, HOPLAB_HOME: join(folder, 'home'), LANG: 'C', LC_ALL: '', LC_MESSAGES: '' });

/** Runs the command line in this process: starting it anew costs a second each time. */
async function hoplab(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> {
  for (const [name, value] of Object.entries({ ...environment(), ...more })) vi.stubEnv(name, value);
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      texts[stream] += text.toString();
      return true;
    });
  }
  const file = args.includes('-f') ? [] : ['-f', join(folder, 'lab.yaml')];
  const code = await program(['node', 'hoplab', ...file, ...args]);
  return { code, ...texts };
}

/** Runs it as its user does. */
function hoplabItself(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const [node = '', ...words] = hoplabWords;
    const child = spawn(node, [...words, ...args], {
      cwd: folder,
      env: { ...inherited, ...environment() },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const texts = { stdout: '', stderr: '' };
    child.stdout.on('data', (data: Buffer) => (texts.stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (texts.stderr += data.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...texts }));
  });
}

const inFolder = (name: string) => join(folder, name);
const sentences = (text: string) => text.trim().split('\n');

const nodes = ['init', '--nodes', '192.168.2.10,192.168.2.11', '--user', 'lab'];
const pool = ['--pool', '192.168.2.200-192.168.2.250'];

describe('wrong input is exit code 2', { timeout: 60_000 }, () => {
  it.each([
    ['an option that there is not', ['up', '--frobnicate'], '--frobnicate'],
    ['a language that there is not', ['--lang', 'fr', 'status'], 'fr'],
    ['undo without a stage', ['undo'], 'stage'],
  ])('for %s, with the usage', async (_, args, told) => {
    const { code, stdout, stderr } = await hoplab(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(told);
    expect(stderr).toContain('Usage: hoplab');
  });

  it('for a command that there is not', async () => {
    expect(await hoplab(['frobnicate'])).toMatchObject({ code: 2, stdout: '' });
  });

  // since the program has an action of its own, commander says "too many arguments. Expected 0 arguments but got 1."
  it('for a command that there is not, which is named', async () => {
    expect((await hoplab(['verfy'])).stderr).toContain('verfy');
  });

  it.each([[['up', '--to', 'nowhere']], [['plan', '--to', 'nowhere']], [['verify', 'nowhere']], [['undo', 'nowhere']]])(
    'for a stage that there is not (%s), with those that there are',
    async (args) => {
      const { code, stdout, stderr } = await hoplab(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(sentences(stderr)).toHaveLength(1);
      for (const { id } of stages) expect(stderr).toContain(id);
    },
  );

  it.each([['up'], ['verify'], ['status'], ['plan'], ['trust']])(
    'for %s without a lab file, in one sentence',
    async (command) => {
      const { code, stdout, stderr } = await hoplab([command]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(sentences(stderr)).toHaveLength(1);
      expect(stderr).toContain('lab.yaml');
      expect(existsSync(inFolder('home'))).toBe(false);
    },
  );

  it('for a lab file with mistakes, all of them with their place, in the language that was asked for', async () => {
    writeFileSync(inFolder('lab.yaml'), labText({ 1: 'lab: No', 7: 'loadBalancer: { pool: nonsense }' }));
    const english = await hoplab(['up']);
    expect(english.code).toBe(2);
    expect(english.stderr).toMatch(/\/lab\.yaml:1:\d+ lab: /m);
    expect(english.stderr).toMatch(/\/lab\.yaml:7:\d+ loadBalancer\.pool: /m);
    const japanese = await hoplab(['up'], { LANG: 'ja_JP.UTF-8' });
    expect(japanese.stderr).toMatch(/\/lab\.yaml:1:\d+ lab: .*[\u3040-\u30ff]/);
    expect((await hoplab(['--lang', 'ja', 'up'])).stderr).toBe(japanese.stderr);
  });

  it('for a bundle of another version, before anything is touched', async () => {
    const bundle = (await exampleBundle()).folder;
    const index = readFileSync(join(bundle, 'index.json'), 'utf8');
    writeFileSync(join(bundle, 'index.json'), index.replace('"v1.37.1"', '"v1.36.0"'));
    writeFileSync(inFolder('key'), 'no key');
    writeFileSync(
      inFolder('lab.yaml'),
      labText({ 6: 'ssh: { user: lab, key: ./key }', 8: `source: { bundle: ${bundle} }` }),
    );
    const { code, stdout, stderr } = await hoplab(['up', '--json']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(sentences(stderr)).toHaveLength(1);
    expect(stderr).toContain('v1.36.0');
  });

  it('for a catalogue of its own that cannot be used', async () => {
    writeFileSync(inFolder('lab.yaml'), labText());
    writeFileSync(inFolder('catalogue.json'), '{ "schema": 1 }');
    const { code, stdout, stderr } = await hoplab(['plan'], { HOPLAB_CATALOGUE: inFolder('catalogue.json') });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(sentences(stderr)).toHaveLength(1);
    expect(stderr).toMatch(/catalogue\.json, which HOPLAB_CATALOGUE names, cannot be used \(schema: /);
  });
});

describe('hoplab init', { timeout: 60_000 }, () => {
  it('writes a lab file that can be read', async () => {
    const { code, stdout, stderr } = await hoplab([...nodes, ...pool]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('hoplab trust');
    const lab = labOf(readFileSync(inFolder('lab.yaml'), 'utf8'));
    expect(lab.nodes.map(({ address, role }) => `${role} ${address}`)).toEqual([
      'control-plane 192.168.2.10',
      'worker 192.168.2.11',
    ]);
    expect(lab.loadBalancer.pool).toBe('192.168.2.200-192.168.2.250');
  });

  it('installs online, or from the bundle that is named', async () => {
    const source = () => labOf(readFileSync(inFolder('lab.yaml'), 'utf8'), { file: inFolder('lab.yaml') }).source;
    expect((await hoplab([...nodes, ...pool])).code).toBe(0);
    expect(source()).toBe('online');
    expect((await hoplab([...nodes, ...pool, '--force', '--bundle', './bundle.tar'])).code).toBe(0);
    expect(source()).toEqual({ bundle: inFolder('bundle.tar') });
    const empty = await hoplab([...nodes, ...pool, '--force', '--bundle', '']);
    expect(empty.code).toBe(2);
    expect(empty.stderr).toContain('source.bundle');
  });

  it('takes names of nodes, in the language and the file that were asked for', async () => {
    const args = ['init', '--nodes', 'cp=10.0.0.1, w1=10.0.0.2', '--user', 'lab', '--pool', '10.0.0.9-10.0.0.9'];
    const { code } = await hoplab(['--lang', 'ja', '-f', inFolder('other.yaml'), ...args]);
    expect(code).toBe(0);
    const text = readFileSync(inFolder('other.yaml'), 'utf8');
    expect(labOf(text).nodes.map(({ name }) => name)).toEqual(['cp', 'w1']);
    expect(text).toMatch(/[\u3040-\u30ff]/);
  });

  it('replaces a file only when it is told to', async () => {
    writeFileSync(inFolder('lab.yaml'), 'mine');
    const refused = await hoplab([...nodes, ...pool]);
    expect(refused.code).toBe(2);
    expect(sentences(refused.stderr)).toHaveLength(1);
    expect(refused.stderr).toContain('--force');
    expect(readFileSync(inFolder('lab.yaml'), 'utf8')).toBe('mine');
    expect((await hoplab([...nodes, ...pool, '--force'])).code).toBe(0);
    expect(labOf(readFileSync(inFolder('lab.yaml'), 'utf8')).nodes).toHaveLength(2);
  });

  it.each([
    ['twice the same', ['--nodes', '192.168.2.10,192.168.2.10']],
    ['not a pool', [...nodes.slice(1), '--pool', 'x']],
  ])('writes nothing when the answers are %s', async (_, args) => {
    const { code, stdout, stderr } = await hoplab(['init', '--user', 'lab', ...pool, ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('lab.yaml');
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(readdirSync(folder)).toEqual([]);
  });

  // lab-file-template computes with the addresses before they are looked at: "Hoplab itself failed", a stack, exit code 1
  it.each([
    ['not an address', '192.168.2.10,nonsense'],
    ['empty', ''],
  ])('tells in a sentence that the nodes are %s', async (_, given) => {
    const { code, stderr } = await hoplab(['init', '--user', 'lab', ...pool, '--nodes', given]);
    expect(code).toBe(2);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it('says what to give where there is no terminal to ask in', async () => {
    const { code, stderr } = await hoplab(['init', '--user', 'lab']);
    expect(code).toBe(2);
    expect(stderr).toContain('--nodes');
  });

  it('says where it cannot write', async () => {
    const { code, stderr } = await hoplab(['-f', inFolder('no/such/lab.yaml'), ...nodes, ...pool]);
    expect(code).toBe(2);
    expect(stderr).toContain('no/such/lab.yaml');
    expect(sentences(stderr)).toHaveLength(1);
  });
});

describe('hoplab', { timeout: 60_000 }, () => {
  it('tells its version and its usage', async () => {
    expect(await hoplab(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const { code, stdout } = await hoplab(['--help']);
    expect(code).toBe(0);
    const commands = ['init', 'trust', 'plan', 'up', 'verify', 'status', 'undo', 'reset'];
    for (const command of commands) expect(stdout).toContain(command);
  });

  it('helps in the language that is asked for, else in that of the terminal', async () => {
    const english = await hoplab(['undo', '--help']);
    expect(english.stdout).toContain('Usage: hoplab undo [options] <stage>');
    const asked = await hoplab(['--lang', 'ja', 'undo', '--help']);
    expect(asked).toEqual({ ...english, stdout: (await hoplab(['undo', '--help'], { LANG: 'ja_JP.UTF-8' })).stdout });
    expect(asked.stdout).toContain('使い方: hoplab undo [options] <stage>');
    expect((await hoplab(['--help', '--lang=en'], { LANG: 'ja_JP.UTF-8' })).stdout).toContain('Usage:');
  });

  it('has no English sentence in its Japanese help, of no command, and keeps to 80 columns', async () => {
    const general = (await hoplab(['--lang', 'ja', '--help'])).stdout;
    const commands = [...general.matchAll(/^ {2}([a-z]+) /gm)].map(([, command = '']) => command);
    expect(commands).toContain('journals');
    for (const command of ['', ...commands]) {
      const { stdout } = await hoplab(['--lang', 'ja', ...(command === '' ? [] : [command]), '--help']);
      const lines = stdout.split('\n').filter((line) => !line.includes('http://') && !/^使い方|^\s+"/.test(line));
      for (const line of lines) {
        expect(line).not.toMatch(/[a-z]{2,} [a-z]{2,} [a-z]{2,}|default|choices/);
        expect(line.length + (line.match(/[\u2E80-\uFFEF]/g)?.length ?? 0)).toBeLessThanOrEqual(82); // a full stop may hang
      }
    }
  });

  it.each([
    [
      ['up', '--tu', 'x'],
      "unknown option '--tu'\n(Did you mean --to?)",
      '--tu というオプションはありません。\n(もしかして: --to)',
    ],
    [['undo'], "missing required argument 'stage'", '引数 stage がありません。'],
    [['up', '--to'], "option '--to <stage>' argument missing", 'オプション --to <stage> に値がありません。'],
    [
      ['--speed', '5', 'tour'],
      "option '--speed <speed>' argument '5' is invalid. Allowed choices are 1, 10, instant.",
      'オプション --speed <speed> に値 5 は使えません。選択肢: 1, 10, instant',
    ],
    [
      ['serve', '--port', 'x'],
      "option '--port <port>' argument 'x' is invalid. A whole number from 0 to 65535 is needed.",
      'オプション --port <port> に値 x は使えません。0 から 65535 までの整数を指定してください。',
    ],
    [
      ['status', 'a', 'b'],
      "too many arguments for 'status'. Expected 0 arguments but got 2.",
      '引数が多すぎます。0 個までのところ、2 個あります。',
    ],
  ])('says in both languages what is wrong with %j', async (args, english, japanese) => {
    const told = await hoplab(args);
    expect(told.code).toBe(2);
    expect(told.stderr).toContain(`error: ${english}\n\nUsage:`);
    const inJapanese = await hoplab(['--lang', 'ja', ...args]);
    expect(inJapanese.code).toBe(2);
    expect(inJapanese.stderr).toContain(`エラー: ${japanese}\n\n使い方:`);
  });

  it('hands its exit code to the shell', async () => {
    expect(await hoplabItself(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const { code, stdout, stderr } = await hoplabItself(['up']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('lab.yaml');
  });

  it('that reaches no machine exits 1, and its journal says why, line by line', async () => {
    const bundle = (await exampleBundle({ withManifests: false })).folder;
    // 127.0.0.1:1 refuses at once
    const jump = '{ address: 127.0.0.1, port: 1 }';
    const text = labText({
      6: `ssh: { user: lab, password: true, jump: ${jump} }`,
      8: `source: { bundle: ${bundle} }`,
    });
    writeFileSync(inFolder('lab.yaml'), text);
    const { code, stdout } = await hoplab(['--json', 'up']);
    expect(code).toBe(1);
    const lines = stdout.trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as { event: string; status?: string });
    const [first, last] = [events[0], events.at(-1)];
    expect([first?.event, last?.event, last?.status]).toEqual(['rollout-started', 'rollout-finished', 'failed']);
    const journals = join(folder, 'home', 'labs', 'shortener', 'journal');
    expect(readdirSync(journals)).toHaveLength(1);
    expect(readFileSync(join(journals, readdirSync(journals)[0] ?? ''), 'utf8')).toBe(stdout);
  });
});
