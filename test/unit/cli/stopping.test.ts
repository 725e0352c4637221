import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { timedEventSchema, type TimedEvent } from '../../../src-main/contract/events.ts';
import { slow } from '../../machines/ssh2-answers.ts';
import { loopbackLab, type LoopbackLab } from './loopback-lab.ts';
import { hoplabInPipe } from './pipe.ts';

const undo = ['--accept-new', 'undo', 'control-plane'];
const withSecrets = ({ env }: LoopbackLab) => ({ ...env, HOPLAB_PASSWORD: 'any' });

function journalOf({ folder }: LoopbackLab): TimedEvent[] {
  const journals = join(folder, 'home', 'labs', 'shortener', 'journal');
  const lines = readFileSync(join(journals, readdirSync(journals)[0] ?? ''), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => timedEventSchema.parse(JSON.parse(line)));
}

describe('a signal', { timeout: 60_000 }, () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s stops cleanly, says what is half done, and exits 1', async (signal) => {
    const lab = await loopbackLab({ node: { exec: slow() } });
    let sent = false;
    const ended = await hoplabInPipe(['--json', ...undo], withSecrets(lab), (child, stdout) => {
      if (!sent && stdout.includes('change-started')) sent = child.kill(signal);
    });
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.stderr).toContain('Stopping');
    const last = journalOf(lab).at(-1);
    expect(last).toMatchObject({ event: 'rollout-finished', status: 'cancelled' });
    const half = last?.event === 'rollout-finished' ? last.halfDone : [];
    expect(half.map(({ machine, sentence }) => [machine, sentence.en])).toEqual([
      ['k8s-master', 'Take k8s-master out of the cluster (kubeadm reset)'],
    ]);
    await expect.poll(() => lab.node.connections.size + lab.jump.connections.size).toBe(0);
  });

  it('is told to a person with what is half done', async () => {
    let stop = (): void => undefined;
    const exec = slow();
    const lab = await loopbackLab({
      node: {
        exec: (command, channel, connection) => {
          if (command.includes('kubeadm reset')) stop();
          exec(command, channel, connection);
        },
      },
    });
    const ended = await hoplabInPipe(undo, withSecrets(lab), (child) => (stop = () => void child.kill('SIGINT')));
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.stdout).toContain('incomplete: Take k8s-master out of the cluster');
    expect(ended.stdout).toContain('stopped ·');
  });

  it('that comes twice does not wait for a machine that does not stop: 130', async () => {
    const lab = await loopbackLab({ node: { exec: slow(true) } });
    const started = performance.now();
    let sent = false;
    const ended = await hoplabInPipe(['--json', ...undo], withSecrets(lab), (child, stdout) => {
      if (sent || !stdout.includes('change-started')) return;
      sent = child.kill('SIGINT');
      setTimeout(() => child.kill('SIGINT'), 300);
    });
    expect(ended.code).toBe(130);
    expect(performance.now() - started).toBeLessThan(8000);
    expect(journalOf(lab).at(-1)?.event).toBe('change-started');
  });
});

describe('a reader that has left', { timeout: 60_000 }, () => {
  it.each([['--json'], ['--lang=en']])('stops a rollout cleanly with %s: exit 1, a complete journal', async (form) => {
    const lab = await loopbackLab({ node: { exec: slow() } });
    const ended = await hoplabInPipe([form, ...undo], withSecrets(lab), (child) => child.stdout?.destroy());
    expect(ended).toMatchObject({ code: 1, stderr: '' });
    const journal = journalOf(lab);
    expect(journal[0]?.event).toBe('rollout-started');
    expect(journal.at(-1)).toMatchObject({ event: 'rollout-finished', status: 'cancelled' });
  });
});
