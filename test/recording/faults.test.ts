import { describe, expect, it } from 'vitest';
import { of, PlayedLab } from './play.ts';

const WORKER = 'k8s-worker1';

/** What goes wrong on machines, as it can on real ones: stated here, told by the rollout. */
describe('on a recorded lab', () => {
  it('a machine that does not answer when it is opened is waited for', async () => {
    const lab = await PlayedLab.open({ faults: [{ kind: 'silent', machine: 'client', times: 2 }] });
    const { outcome, events } = await lab.up('connect');
    expect(outcome).toMatchObject({ status: 'done' });
    expect(of(events, 'waiting').map(({ machine }) => machine)).toEqual(['client']);
  });

  it('a machine that does not answer for ten seconds fails the rollout', { timeout: 40_000 }, async () => {
    const lab = await PlayedLab.open({ faults: [{ kind: 'silent', machine: 'client', times: Infinity }] });
    const { outcome } = await lab.up();
    expect(outcome).toMatchObject({ status: 'failed', changes: 0, explanation: { machine: 'client' } });
    expect(outcome.explanation?.title.en).toBe('client cannot be reached');
  });

  it('a machine that stops answering at a change is waited for', async () => {
    const faults = [{ kind: 'silent', machine: WORKER, matching: `Join ${WORKER}`, times: 2 }] as const;
    const { outcome, events } = await (await PlayedLab.open({ faults })).up('workers');
    expect(outcome).toMatchObject({ status: 'done', checks: { failed: 0 } });
    expect(of(events, 'waiting').map(({ machine }) => machine)).toEqual([WORKER, WORKER]);
  });

  it('a connection that drops in the middle of a change leaves it unmade; it is made again', async () => {
    const faults = [{ kind: 'drops', machine: WORKER, matching: 'Import the worker images' }] as const;
    const { outcome, events } = await (await PlayedLab.open({ faults })).up('workers');
    expect(outcome).toMatchObject({ status: 'done', halfDone: [] });
    const imports = of(events, 'change-started').filter(({ sentence }) =>
      sentence.en.endsWith(`images into containerd on ${WORKER}`),
    );
    expect(imports).toHaveLength(2);
    expect(of(events, 'change-failed')).toMatchObject([{ explanation: { machine: WORKER } }]);
  });

  it('a command that fails ends the rollout with its output and the likely reason, and the next one goes on', async () => {
    const stderr = 'write /var/lib/containerd: no space left on device';
    const faults = [
      { kind: 'fails', machine: WORKER, matching: 'Import the worker images', exitCode: 1, stderr },
    ] as const;
    const lab = await PlayedLab.open({ faults });
    const { outcome } = await lab.up();
    expect(outcome).toMatchObject({
      status: 'failed',
      explanation: { machine: WORKER, detail: stderr, reason: { en: 'The disk is full.' } },
    });
    expect((await lab.up()).outcome).toMatchObject({ status: 'done', checks: { failed: 0 } });
  });

  it('a check whose answer comes too late has failed, and says so', async () => {
    const faults = [{ kind: 'slow', machine: 'client', matching: 'curl', by: 60_000, times: 200 }] as const;
    const lab = await PlayedLab.open({ standing: await finished(), faults });
    const { outcome, events } = await lab.verify();
    expect(outcome.status).toBe('failed');
    const failed = of(events, 'check-finished').filter(({ status }) => status === 'failed');
    expect(failed.map(({ check }) => check)).toContain('app-by-name');
    expect(failed.find(({ check }) => check === 'app-by-name')?.actual.en).toContain('timed out');
  });

  it('a rollout that is cancelled stops at once, even in the middle of a long change', async () => {
    const lab = await PlayedLab.open({ speed: 1 });
    const started = performance.now();
    const { outcome } = await lab.up(undefined, (event, stop) => {
      if (event.event === 'change-started') setTimeout(stop, 50);
    });
    expect(outcome.status).toBe('cancelled');
    expect(outcome.halfDone.length).toBeGreaterThan(0);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

async function finished() {
  const lab = await PlayedLab.open();
  await lab.up();
  return lab.access.state.standing;
}
