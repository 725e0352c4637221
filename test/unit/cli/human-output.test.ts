import { afterEach, describe, expect, it, vi } from 'vitest';
import { HumanOutput } from '../../../src-main/cli/human-output.ts';
import { Terminal } from '../../../src-main/cli/terminal.ts';
import type { EventOf, RolloutEvent } from '../../../src-main/contract/events.ts';
import type { Language } from '../../../src-main/contract/text.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** What a person reads of some events, without colours. */
function shown(events: readonly RolloutEvent[], more: { verbose?: boolean; language?: Language } = {}): string {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    text += part.toString();
    return true;
  });
  const base = {
    terminal: new Terminal(),
    file: 'lab.yaml',
    language: 'en',
    json: false,
    verbose: false,
    acceptNew: false,
  } as const;
  const human = new HumanOutput({ ...base, inOrder: false, recording: false, ...more });
  for (const event of events) human.tell(event);
  human.close();
  return text.replaceAll(/\u001b\[[0-9;]*m/g, '');
}

const text = (en: string) => ({ en, ja: `「${en}」` });
const explanation = {
  machine: 'w1',
  title: text('A command failed on w1'),
  detail: 'no space left',
  reason: text('The disk is full.'),
  remedy: text('Free some space.'),
  command: 'kubeadm join',
};
const started: RolloutEvent = {
  event: 'change-started',
  stage: 's',
  change: 's-1',
  machine: 'w1',
  sentence: text('Join w1'),
  command: 'kubeadm join',
  ahead: true,
};
const check = (more: Partial<EventOf<'check-finished'>>): RolloutEvent => ({
  event: 'check-finished',
  stage: 's',
  check: 'c',
  machine: 'w1',
  sentence: text('The API answers'),
  status: 'passed',
  expected: text('ok'),
  actual: text('it does'),
  meaning: text('it is up'),
  evidence: [
    {
      machine: 'w1',
      command: 'curl',
      stdout: 'out\n',
      stderr: '',
      exitCode: 0,
      duration: 3,
      at: '2026-11-24T10:00:00Z',
    },
  ],
  duration: 40,
  ...more,
});
const finished = (more: Partial<EventOf<'rollout-finished'>>): RolloutEvent => ({
  event: 'rollout-finished',
  status: 'done',
  changes: 1,
  checks: { passed: 2, failed: 0, notApplicable: 0 },
  halfDone: [],
  duration: 1500,
  ...more,
});

describe('a person reads', () => {
  it('how long a check took where it is long, and of each with -v', () => {
    expect(shown([check({})])).toBe('  ✓ The API answers (w1) it does\n');
    expect(shown([check({ duration: 2345 })])).toBe('  ✓ The API answers (w1) it does 2.3 s\n');
    const verbose = shown([check({})], { verbose: true });
    expect(verbose).toContain('it does 0.0 s\n');
    for (const detail of ['w1$ curl', 'out', 'it is up']) expect(verbose).toContain(detail);
  });

  it('what a failed check expected, means and asks for', () => {
    const told = shown([check({ status: 'failed', remedy: text('Start it') })]);
    for (const line of ['✗ The API answers', 'expected: ok', 'meaning: it is up', 'what to do: Start it', 'w1$ curl']) {
      expect(told).toContain(line);
    }
    expect(shown([check({ status: 'not-applicable', meaning: text('void') })])).toBe('  - The API answers (w1) void\n');
  });

  it('of a failed check the commands that failed, and the beginning of what they printed', () => {
    const piece = { machine: 'w1', stdout: '', stderr: '', exitCode: 0, duration: 3, at: '2026-11-24T10:00:00Z' };
    const evidence = [
      {
        ...piece,
        command: 'arping',
        exitCode: 1,
        stdout: Array.from({ length: 99 }, (_, n) => `line ${n}`).join('\n'),
      },
      { ...piece, command: 'ip -j addr', stdout: '[{"ifname":"lo"}]' },
      { ...piece, command: 'ip -j link', stdout: '[{"ifname":"lo"}]' },
    ];
    const told = shown([check({ status: 'failed', evidence })]);
    for (const line of ['w1$ arping', 'line 0', 'line 7', '…']) expect(told).toContain(line);
    for (const line of ['line 8', 'ip -j']) expect(told).not.toContain(line);
  });

  it('why a change failed once, though the rollout failed of it', () => {
    const failed: RolloutEvent = { event: 'change-failed', stage: 's', change: 's-1', duration: 100, explanation };
    const told = shown([started, failed, finished({ status: 'failed', explanation })]);
    for (const once of ['✗ Join w1 (early) 0.1 s', 'no space left', 'The disk is full.', 'Free some space.']) {
      expect(told.split(once)).toHaveLength(2);
    }
    expect(told).toContain('failed · 1 changes, 2 checks passed');
  });

  it('why a rollout failed of something else than a change', () => {
    expect(shown([finished({ status: 'failed', explanation })])).toContain('what to do: Free some space.');
  });

  it('a change with its command and output with -v alone', () => {
    const events: RolloutEvent[] = [
      started,
      { event: 'change-output', change: 's-1', stream: 'stdout', text: 'joined\n' },
      { event: 'change-finished', stage: 's', change: 's-1', duration: 1000 },
    ];
    expect(shown(events)).toBe('  + Join w1 (early) 1.0 s\n');
    const verbose = shown(events, { verbose: true });
    for (const detail of ['$ kubeadm join', 'joined']) expect(verbose).toContain(detail);
  });

  it('once where lines stay that something is downloaded, what it waits for, and what came', () => {
    const name = 'download-progress' as const;
    const progress = { event: name, bytes: 0, total: 61_200_000, rate: 0, current: [] };
    const waiting = text('Another Hoplab is downloading');
    const told = shown([
      { ...progress, waiting },
      { ...progress, waiting },
      { ...progress, bytes: 1_000_000 },
      { event: 'download-finished', bytes: 61_200_000, duration: 2000 },
      { ...progress, bytes: 2_000_000, rate: 1_000_000, remaining: 59.2 },
    ]);
    expect(told.split('\n')).toEqual([
      '  … Another Hoplab is downloading',
      '  ↓ Downloaded 61.2 MB 2.0 s',
      '  ↓ Downloading: 2.0 MB of 61.2 MB · 1.0 MB/s · 1 min 00 s left',
      '',
    ]);
  });

  it('what is half done, and how to go on', () => {
    const told = shown([finished({ status: 'cancelled', halfDone: [{ machine: 'w1', sentence: text('Join w1') }] })]);
    for (const line of ['incomplete: Join w1', 'stopped ·', 'hoplab up']) expect(told).toContain(line);
  });

  it('all of it in Japanese', () => {
    const told = shown([started, check({ status: 'failed', remedy: text('x') }), finished({})], { language: 'ja' });
    for (const word of ['「The API answers」', '期待', '対処', '完了']) expect(told).toContain(word);
    expect(told).not.toContain('expected');
  });
});
