import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { embed, sh } from '../../src-main/machines/command.ts';
import { Cancelled, CommandFailed, CommandTimedOut, ConnectionLost } from '../../src-main/machines/errors.ts';
import type { Machine, OutputChunk, RunOptions } from '../../src-main/machines/machine.ts';
import { fileInput, sha256Of, uploadCommand, type Upload } from '../../src-main/machines/upload.ts';
import { tempFolder } from './temp-folder.ts';

// Nothing here asserts speed, and the computer may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** What every machine does. `open` opens a new machine that runs its commands on this computer. */
export function describeMachine(name: string, open: () => Promise<Machine>): void {
  describe(name, () => {
    let machine: Machine;
    beforeAll(async () => {
      machine = await open();
    });
    afterAll(() => machine.close());
    const current = () => machine;

    describe('running', () => running(current));
    describe('quick commands', () => quick(current));
    describe('input', () => input(current));
    describe('stopping', () => stopping(current));
    describe('upload', () => uploading(current));
    describe('closing', () => closing(open));
    describe('shell', () => shells(current));
  });
}

function running(machine: () => Machine): void {
  test('a command answers with both streams, its exit code and its duration', async () => {
    const output = await machine().run(sh`echo out; echo err >&2`);
    expect(output).toMatchObject({ stdout: 'out\n', stderr: 'err\n', exitCode: 0 });
    expect(output.duration).toBeGreaterThan(0);
  });

  test('a value with every kind of quote arrives as it is', async () => {
    const value = `a'b"c$(d)\`e\` \\ * \n é日本`;
    expect((await machine().run(sh`printf %s ${value}`)).stdout).toBe(value);
  });

  test('an exit code that is not accepted is CommandFailed, with the command and its output', async () => {
    const command = sh`echo half; echo why >&2; exit 7`;
    const error = await machine()
      .run(command)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommandFailed);
    expect(error).toMatchObject({ command, machine: machine().name, retryable: false });
    expect(error).toMatchObject({ output: { stdout: 'half\n', stderr: 'why\n', exitCode: 7 } });
    expect(String(error)).not.toContain('HOPLAB_RUN');
  });

  test('an accepted exit code is an answer', async () => {
    expect((await machine().run(sh`exit 3`, { accept: [0, 3] })).exitCode).toBe(3);
    expect((await machine().run(sh`exit 9`, { accept: 'any' })).exitCode).toBe(9);
    await expect(machine().run(sh`true`, { accept: [1] })).rejects.toBeInstanceOf(CommandFailed);
  });

  test('a command that a signal ended has 128 + the signal as exit code', async () => {
    expect((await machine().run(sh`kill -KILL $$`, { accept: 'any' })).exitCode).toBe(137);
    expect((await machine().run(sh`kill -TERM $$`, { accept: 'any', sudo: true })).exitCode).toBe(143);
  });

  test('sudo makes the command root', async () => {
    expect((await machine().run(sh`id -u`, { sudo: true })).stdout).toBe('0\n');
  });

  test('a command that fails under sudo is CommandFailed and not SudoRefused', async () => {
    const failing = machine().run(sh`echo sudo is innocent >&2; exit 1`, { sudo: true });
    await expect(failing).rejects.toBeInstanceOf(CommandFailed);
  });

  test('messages do not depend on the language of the user', async () => {
    expect((await machine().run(sh`echo $LC_ALL`)).stdout).toBe('C\n');
  });

  // sudo's secure_path on Red Hat's systems: kubectl was not found, and workers were taken for strangers
  test('finds programs in /usr/local/bin and in sbin, wherever the machine itself looks', async () => {
    const { stdout } = await machine().run(sh`PATH=/usr/bin:/bin; echo $PATH`);
    expect(stdout).toBe('/usr/bin:/bin\n'); // a command may still say where it looks
    const own = process.env['PATH'];
    process.env['PATH'] = '/usr/bin:/bin'; // of this computer
    try {
      for (const quick of [false, true]) {
        const places = (await machine().run(sh`echo $PATH`, { quick })).stdout.trim().split(':');
        expect(places).toEqual(expect.arrayContaining(['/usr/local/bin', '/usr/sbin', '/sbin']));
      }
    } finally {
      process.env['PATH'] = own;
    }
  });

  // kubectl asked the proxy for the API server, and kubeadm wrote it into the pods of the control plane
  test('asks no proxy that the environment names', async () => {
    process.env['https_proxy'] = 'http://127.0.0.1:1';
    try {
      expect((await machine().run(sh`echo "$https_proxy$HTTPS_PROXY$http_proxy$all_proxy"`)).stdout).toBe('\n');
    } finally {
      delete process.env['https_proxy'];
    }
  });

  test('output is handed on while the command runs', async () => {
    const chunks: OutputChunk[] = [];
    let release: () => void = () => undefined;
    const input = new Readable({ read: () => undefined });
    const first = new Promise<void>((resolve) => (release = resolve));
    const onOutput = (chunk: OutputChunk) => {
      chunks.push(chunk);
      release();
    };
    const done = machine().run(sh`echo one; read answer; echo "$answer" >&2`, { input: () => input, onOutput });
    await first;
    expect(chunks).toEqual([{ stream: 'stdout', text: 'one\n' }]);
    input.push('two\n');
    input.push(null);
    await done;
    expect(chunks.at(-1)).toEqual({ stream: 'stderr', text: 'two\n' });
  });

  test('a character whose bytes arrive apart is one character', async () => {
    const texts: string[] = [];
    const command = sh`printf '\\346'; sleep 0.2; printf '\\227\\245'; sleep 0.2; printf '\\346\\234'; sleep 0.2; printf '\\254'`;
    const output = await machine().run(command, { onOutput: ({ text }) => texts.push(text) });
    expect(output.stdout).toBe('日本');
    expect(texts.join('')).toBe('日本');
    expect(texts.join('')).not.toContain('\uFFFD');
  });

  test('30 commands at once all answer with their own output', async () => {
    const numbers = Array.from({ length: 30 }, (_, index) => index);
    const outputs = await Promise.all(numbers.map((number) => machine().run(sh`sleep 0.1; echo ${number}`)));
    expect(outputs.map(({ stdout }) => stdout)).toEqual(numbers.map((number) => `${number}\n`));
  });

  test('much output on both streams at once arrives whole', async () => {
    const output = await machine().run(
      sh`head -c 5000000 /dev/zero | tr '\\0' a & head -c 5000000 /dev/zero | tr '\\0' b >&2; wait`,
    );
    expect([output.stdout.length, output.stderr.length]).toEqual([5_000_000, 5_000_000]);
  });

  test('a command that prints without end is stopped', async () => {
    const endless = machine().run(sh`yes hoplab`);
    await expect(endless).rejects.toThrow(/printed more than 64 MiB/);
  }, 120_000);

  test('an onOutput that throws stops the command', async () => {
    const onOutput = () => {
      throw new Error('the listener broke');
    };
    await expect(machine().run(sh`echo one; sleep 60`, { onOutput })).rejects.toThrow(/the listener broke/);
  });
}

function quick(machine: () => Machine): void {
  test('each of many at once gets its own output and exit code, to the byte', async () => {
    const texts = ['', '\n', 'no newline', 'two\nlines\n', `quotes ' " $(x)\n\n`, '日本 語'];
    const answers = await Promise.all([
      ...texts.map((text) => machine().run(sh`printf %s ${text}; printf %s ${text} >&2`, { quick: true })),
      machine().run(sh`exit 9`, { quick: true, accept: 'any' }),
      machine().run(sh`kill -KILL $$`, { quick: true, accept: [137] }),
      machine().run(sh`id -u`, { quick: true, sudo: true }),
      machine().run(sh`cat; echo read`, { quick: true }),
    ]);
    expect(answers.map(({ stdout }) => stdout)).toEqual([...texts, '', '', '0\n', 'read\n']);
    expect(answers.slice(0, texts.length).map(({ stderr }) => stderr)).toEqual(texts);
    expect(answers.map(({ exitCode }) => exitCode)).toEqual([...texts.map(() => 0), 9, 137, 0, 0]);
  });

  test('one that fails, or is no command at all, harms no other', async () => {
    const ends = await Promise.allSettled([
      machine().run(sh`echo one`, { quick: true }),
      machine().run(sh`echo half; exit 3`, { quick: true }),
      machine().run(sh`if (`, { quick: true }),
      machine().run(sh`echo two`, { quick: true }),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(ends[1]).toMatchObject({
      reason: { command: 'echo half; exit 3', output: { stdout: 'half\n', exitCode: 3 } },
    });
    expect(ends[3]).toMatchObject({ value: { stdout: 'two\n' } });
  });

  test('one that is cancelled or takes too long ends alone', async () => {
    const stop = new AbortController();
    const waits = machine().run(sh`sleep 30`, { quick: true, signal: stop.signal });
    const answers = machine().run(sh`echo here`, { quick: true });
    expect((await answers).stdout).toBe('here\n');
    stop.abort();
    await expect(waits).rejects.toBeInstanceOf(Cancelled);
    await expect(machine().run(sh`sleep 30`, { quick: true, timeout: 300 })).rejects.toBeInstanceOf(CommandTimedOut);
  });
}

function input(machine: () => Machine): void {
  const bytes = randomBytes(20 << 20);
  const sum = sh`sha256sum | cut -d' ' -f1`;
  const expected = `${sha256Of(bytes)}\n`;

  for (const sudo of [false, true]) {
    describe(sudo ? 'with sudo' : 'without sudo', () => {
      test('is empty by default', async () => {
        expect((await machine().run(sh`wc -c`, { sudo })).stdout.trim()).toBe('0');
      });

      test('a string arrives in UTF-8, its first line too', async () => {
        expect((await machine().run(sh`cat`, { input: 'é\n日本\n', sudo })).stdout).toBe('é\n日本\n');
      });

      test('20 MB of bytes arrive unchanged', async () => {
        expect((await machine().run(sum, { input: bytes, sudo })).stdout).toBe(expected);
      });

      test('20 MB from a stream arrive unchanged', async () => {
        const pieces = Array.from({ length: 20 }, (_, index) => bytes.subarray(index << 20, (index + 1) << 20));
        expect((await machine().run(sum, { input: () => Readable.from(pieces), sudo })).stdout).toBe(expected);
      });
    });
  }

  test('is read no faster than the command takes it', async () => {
    let handedOver = 0;
    const piece = Buffer.alloc(1 << 20);
    const source = new Readable({
      highWaterMark: 1 << 20,
      read: () => source.push((handedOver++ < 64 && piece) || null),
    });
    let seen = -1;
    await machine().run(sh`sleep 1; echo now; cat > /dev/null`, {
      input: () => source,
      onOutput: () => (seen = handedOver),
    });
    expect(seen).toBeGreaterThan(0);
    expect(seen).toBeLessThan(32);
    expect(handedOver).toBe(65);
  });

  test('a command that ends before it has read its input is answered with its own result', async () => {
    let closed = false;
    const source = new Readable({ read: () => setImmediate(() => source.push(Buffer.alloc(1 << 16))) });
    source.once('close', () => (closed = true));
    expect((await machine().run(sh`head -c 3 | wc -c`, { input: () => source })).stdout.trim()).toBe('3');
    await expect.poll(() => closed).toBe(true);
    const failing = machine().run(sh`exit 4`, { input: Buffer.alloc(8 << 20) });
    await expect(failing).rejects.toMatchObject({ output: { exitCode: 4 } });
  });

  test('a command that ends while its input is silent does not wait for it', async () => {
    const source = new Readable({ read: () => undefined });
    await machine().run(sh`true`, { input: () => source });
    await expect.poll(() => source.destroyed).toBe(true);
  });

  test('input that cannot be read stops the command and says why', async () => {
    const source = () => new Readable({ read: () => undefined }).destroy(new Error('the disk is gone'));
    await expect(machine().run(sh`cat`, { input: source })).rejects.toThrow(/input cannot be read: the disk is gone/);
  });
}

function stopping(machine: () => Machine): void {
  /** A command with a grandchild in another session, and a child that ignores TERM. */
  const family = (mark: string) =>
    sh`setsid sh -c ${`sleep 300; : ${mark}`} & (trap '' TERM; sleep 301; : ${mark}) & echo up; sleep 302; : ${mark}`;

  const survivors = async (mark: string) => {
    const { stdout } = await machine().run(sh`ps -eo args | grep -F ${mark} | grep -v grep || true`);
    return stdout;
  };

  for (const sudo of [false, true]) {
    test(`the timeout ends a command with all its processes${sudo ? ', as root' : ''}`, async () => {
      const mark = `mark-${randomBytes(6).toString('hex')}`;
      const running = machine().run(family(mark), { timeout: 1500, sudo });
      const error = await running.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(CommandTimedOut);
      expect(error).toMatchObject({ retryable: true, output: { stdout: 'up\n' } });
      expect((error as Error).message).toMatch(/did not end within 1.5 s\.$/);
      expect(await survivors(mark)).toBe('');
    });

    test(`the signal ends a command with all its processes${sudo ? ', as root' : ''}`, async () => {
      const mark = `mark-${randomBytes(6).toString('hex')}`;
      const abort = new AbortController();
      const running = machine().run(family(mark), { signal: abort.signal, sudo, onOutput: () => abort.abort() });
      await expect(running).rejects.toBeInstanceOf(Cancelled);
      expect(await survivors(mark)).toBe('');
    });
  }

  test('ten commands are cancelled at once', async () => {
    const abort = new AbortController();
    const mark = `mark-${randomBytes(6).toString('hex')}`;
    const running = Array.from({ length: 10 }, () => machine().run(sh`sleep 300; : ${mark}`, { signal: abort.signal }));
    setTimeout(() => abort.abort(), 500);
    const results = await Promise.allSettled(running);
    expect(results.map((result) => result.status === 'rejected' && result.reason instanceof Cancelled)).toEqual(
      running.map(() => true),
    );
    expect(await survivors(mark)).toBe('');
  });

  test('an aborted signal keeps a command from starting', async () => {
    const file = join(await tempFolder(), 'made');
    const running = machine().run(sh`touch ${file}`, { signal: AbortSignal.abort() });
    await expect(running).rejects.toBeInstanceOf(Cancelled);
    await expect(stat(file)).rejects.toThrow();
  });

  test('a cancelled upload ends its source', async () => {
    const abort = new AbortController();
    const source = new Readable({ read: () => setTimeout(() => source.push(Buffer.alloc(1 << 16)), 5) });
    setTimeout(() => abort.abort(), 300);
    await expect(
      machine().run(sh`cat > /dev/null`, { input: () => source, signal: abort.signal }),
    ).rejects.toBeInstanceOf(Cancelled);
    await expect.poll(() => source.destroyed).toBe(true);
  });
}

function uploading(machine: () => Machine): void {
  const upload = (file: Upload, input: NonNullable<RunOptions['input']>) =>
    machine().run(uploadCommand(file), { sudo: true, input });

  test.each([false, true])(
    'a file arrives with its content and mode, in a folder that is made (packed: %s)',
    async (packed) => {
      const folder = await tempFolder();
      const path = join(folder, "it's new", 'tool');
      const from = join(folder, 'source');
      const content = randomBytes(5 << 20);
      await writeFile(from, packed ? gzipSync(content) : content);
      await upload({ path, mode: '750', sha256: sha256Of(content), packed }, fileInput(from));
      expect(sha256Of(await readFile(path))).toBe(sha256Of(content));
      expect((await stat(path)).mode & 0o777).toBe(0o750);
    },
  );

  test.each([
    ['a broken one', "echo 'error while loading shared libraries' >&2; exit 127"],
    ['one that knows no SHA-256', "echo 'Error setting digest' >&2; exit 1"],
  ])('a file arrives and is verified without OpenSSL, here %s', async (_, lines) => {
    const folder = await tempFolder();
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin', 'openssl'), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
    const path = join(folder, 'config');
    const put = (content: string, sha256: string) => {
      const command = uploadCommand({ path, mode: '644', sha256 });
      return machine().run(sh`PATH=${join(folder, 'bin')}:$PATH; ${embed(command)}`, { input: content });
    };
    await put('new', sha256Of('new'));
    await expect(put('newer', sha256Of('other'))).rejects.toBeInstanceOf(CommandFailed);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  test('a wrong checksum leaves the old file and nothing else', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'config');
    await writeFile(path, 'old');
    const bad = upload({ path, mode: '644', sha256: sha256Of('other') }, 'new');
    await expect(bad).rejects.toBeInstanceOf(CommandFailed);
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['config']);
  });

  test('a source that does not exist leaves the old file', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'config');
    await writeFile(path, 'old');
    const bad = upload({ path, mode: '644', sha256: sha256Of('new') }, fileInput(join(folder, 'none')));
    await expect(bad).rejects.toThrow(/ENOENT/);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  test('a reader sees the old file or the new one, never half of it', async () => {
    const path = join(await tempFolder(), 'config');
    const versions = ['a'.repeat(3 << 20), 'b'.repeat(3 << 20)];
    await writeFile(path, versions[0] ?? '');
    const state = { done: false };
    const seen = new Set<string>();
    const reading = (async () => {
      while (!state.done) seen.add(sha256Of(await readFile(path)));
    })();
    for (const content of [...versions, ...versions]) {
      await upload({ path, mode: '644', sha256: sha256Of(content) }, content);
    }
    state.done = true;
    await reading;
    expect([...seen].filter((sum) => !versions.map(sha256Of).includes(sum))).toEqual([]);
  });
}

function closing(open: () => Promise<Machine>): void {
  test('a running command fails with ConnectionLost, later ones too, and closing twice is fine', async () => {
    const machine = await open();
    onTestFinished(() => machine.close());
    let up: () => void = () => undefined;
    const started = new Promise<void>((resolve) => (up = resolve));
    const running = machine.run(sh`echo up; exec sleep 5`, { onOutput: up }).catch((error: unknown) => error);
    await started;
    await Promise.all([machine.close(), machine.close()]);
    expect(await running).toBeInstanceOf(ConnectionLost);
    await expect(machine.run(sh`true`)).rejects.toBeInstanceOf(ConnectionLost);
    await machine.close();
  });
}

function shells(machine: () => Machine): void {
  test('a shell has a terminal of the asked size, is resized and closed', async () => {
    const shell = await machine().openShell({ columns: 91, rows: 17 });
    let seen = '';
    shell.output.on('data', (data: Buffer) => (seen += data.toString()));
    const ended = new Promise((resolve) => shell.output.once('end', resolve));
    shell.write('stty size; tty\n');
    await expect.poll(() => seen, { timeout: 10_000 }).toMatch(/17 91\r\n[^]*\/dev\//);
    shell.resize(120, 40);
    await expect
      .poll(
        () => {
          shell.write('stty size\n');
          return seen;
        },
        { timeout: 10_000, interval: 300 },
      )
      .toContain('40 120');
    shell.close();
    await ended;
  });
}
