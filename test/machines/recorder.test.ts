import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { sh } from '../../src-main/machines/command.ts';
import { CommandFailed } from '../../src-main/machines/errors.ts';
import { Recorder } from '../../src-main/machines/recorded/recorder.ts';
import { Redactor } from '../../src-main/rollout/redactor.ts';
import { openLocalMachine } from '../../src-main/machines/local/local-machine.ts';

const PASSWORD = "canary's password";
const canaries: Readonly<Record<string, string>> = {
  'a password that was given': PASSWORD,
  'a private key': '-----BEGIN OPENSSH PRIVATE KEY-----\nY2FuYXJ5\n-----END OPENSSH PRIVATE KEY-----',
  'a bootstrap token': 'canary.0123456789abcdef',
  'a key in a kubeconfig': 'client-key-data: Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5',
  'a certificate key': `--certificate-key ${'c0ffee00'.repeat(8)}`,
};

function recorder(): Recorder {
  const redactor = new Redactor();
  redactor.add(PASSWORD);
  return new Recorder((text) => redactor.text(text));
}

describe('a recorder', () => {
  it.each(Object.entries(canaries))('keeps no %s, printed by what reads or by what changes', async (_, canary) => {
    const noted = recorder();
    const machine = noted.machine(openLocalMachine({ name: 'here' }));
    await machine.run(sh`printf '%s' ${canary}; printf '%s' ${canary} >&2`);
    await machine.run(sh`printf '%s' ${canary}; printf '%s' ${canary} >&2; # followed`, { onOutput: () => undefined });
    await machine.run(sh`cat`, { change: 'Say it', input: canary });
    const kept = JSON.stringify([noted.texts.all, noted.outputs, noted.takeAnswers(), noted.takeChanges()]);
    for (const line of canary.split('\n')) {
      const secret = line.split(/[: ]+/).at(-1) ?? '';
      if (secret.length > 7 && !secret.startsWith('-----')) expect(kept).not.toContain(secret);
    }
  });

  it('notes what reads by its question: the latest answer of each', async () => {
    const noted = recorder();
    const machine = noted.machine(openLocalMachine({ name: 'here' }));
    await machine.run(sh`echo one`);
    await machine.run(sh`exit 3`, { accept: [3] });
    await expect(machine.run(sh`exit 4`)).rejects.toThrow(CommandFailed);
    await machine.run(sh`echo one`);
    expect(noted.questions.map(({ command }) => command)).toEqual(['echo one', 'exit 3', 'exit 4']);
    expect(noted.takeAnswers().map(({ exitCode }) => exitCode)).toEqual([0, 3, 4]);
    expect(noted.takeAnswers()).toEqual([]);
  });

  it('notes with a question what it reads, and with an answer that is followed how it came', async () => {
    const noted = recorder();
    const machine = noted.machine(openLocalMachine({ name: 'here' }));
    await machine.run(sh`cat`, { input: 'asked' });
    await machine.run(sh`echo ready; sleep 0.2; cat; echo it >&2`, {
      input: () => Readable.from(['stop']),
      onOutput: () => undefined,
    });
    expect(noted.questions.map(({ input }) => input)).toEqual(['asked', undefined]);
    const [plain, followed] = noted.takeAnswers();
    expect(plain).toMatchObject({ stdout: expect.any(Number) as number });
    expect(followed).toMatchObject({ output: 0 });
    const [output = []] = noted.outputs;
    const printed = output.map(([, stream, text]) => [stream, text]);
    expect(printed).toContainEqual(['stdout', 'ready\n']);
    expect(printed).toContainEqual(['stderr', 'it\n']);
    expect((output.at(-1)?.[0] ?? 0) - (output[0]?.[0] ?? 0)).toBeGreaterThan(100);
  });

  it('notes what changes with its output as it came and its input as it was read', async () => {
    const noted = recorder();
    const machine = noted.machine(openLocalMachine({ name: 'here' }));
    const input = () => Readable.from([Buffer.alloc(5 << 20), Buffer.alloc(5 << 20)], { objectMode: false });
    await machine.run(sh`cat > /dev/null; echo done; sleep 0.2; echo it >&2`, { change: 'Do it', input });
    const [change] = noted.takeChanges();
    expect(change).toMatchObject({ machine: 'here', sentence: 'Do it', exitCode: 0 });
    expect(change?.output.map(([, stream, place]) => [stream, noted.texts.all[place]])).toEqual([
      ['stdout', 'done\n'],
      ['stderr', 'it\n'],
    ]);
    expect((change?.output[1]?.[0] ?? 0) - (change?.output[0]?.[0] ?? 0)).toBeGreaterThan(100);
    expect(change?.input.at(-1)?.[1]).toBe(10 << 20);
  });
});
