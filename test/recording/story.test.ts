import { describe, expect, it } from 'vitest';
import { of, PlayedLab, results, shipped, stages } from './play.ts';

const ids = stages.map(({ id }) => id);

describe('the recorded lab', () => {
  it('rolls out from bare machines to the last stage with every check passed, and then needs nothing more', async () => {
    const lab = await PlayedLab.open();
    const { outcome } = await lab.up();
    expect(outcome).toMatchObject({ status: 'done', checks: { failed: 0 }, halfDone: [] });
    expect(outcome.changes).toBe((await shipped()).changes.length);
    const again = await lab.up();
    expect(again.outcome).toMatchObject({ status: 'done', changes: 0, checks: { failed: 0 } });
    expect((await lab.verify()).outcome).toMatchObject({ status: 'done', changes: 0, checks: { failed: 0 } });
  });

  it('goes up stage by stage, and each stage is proven', async () => {
    const lab = await PlayedLab.open();
    for (const id of ids) {
      const { outcome, events } = await lab.up(id);
      expect([id, outcome.status, outcome.checks.failed]).toEqual([id, 'done', 0]);
      expect(of(events, 'stage-finished').at(-1)).toMatchObject({ stage: id, status: 'done' });
    }
  });

  it('is reset to bare machines from its last stage, and then has nothing left', async () => {
    const lab = await PlayedLab.open();
    const { outcome: up } = await lab.up();
    const { outcome } = await lab.reset();
    expect(outcome).toMatchObject({ status: 'done', halfDone: [] });
    expect(outcome.changes).toBeGreaterThan(0);
    expect((await lab.reset()).outcome).toMatchObject({ status: 'done', changes: 0 });
    expect((await lab.up()).outcome).toMatchObject({ status: 'done', changes: up.changes });
  });

  it.each(ids.slice(1))('undo %s takes it and what came after it back, and it comes again', async (id) => {
    const lab = await PlayedLab.open();
    const first = results((await lab.up()).events);
    const undone = await lab.undo(id);
    expect(undone.outcome).toMatchObject({ status: 'done' });
    expect(undone.outcome.changes).toBeGreaterThan(0);
    const again = await lab.up();
    expect(again.outcome).toMatchObject({ status: 'done', checks: { failed: 0 } });
    expect(again.outcome.changes).toBeGreaterThan(0);
    const before = new Set(ids.slice(0, ids.indexOf(id)));
    for (const change of results(again.events).changes) {
      expect(first.changes).toContain(change);
      expect(before.has(change.split(' | ')[0] ?? '')).toBe(false);
    }
  });

  it('that was undone to the ground is as bare as it was', async () => {
    const lab = await PlayedLab.open();
    await lab.up();
    expect((await lab.undo('connect')).outcome.status).toBe('done');
    const { outcome } = await lab.up();
    expect(outcome).toMatchObject({ status: 'done', checks: { failed: 0 } });
  });

  it.each([3, 20, 50, 70])('that was stopped at change %i goes on from there', async (stopAt) => {
    const lab = await PlayedLab.open();
    let seen = 0;
    const stopped = await lab.up(undefined, (event, stop) => {
      if (event.event === 'change-finished' && (seen += 1) === stopAt) stop();
    });
    expect(stopped.outcome.status).toBe('cancelled');
    expect(stopped.outcome.changes).toBeLessThan((await shipped()).changes.length);
    const rest = await lab.up();
    expect(rest.outcome).toMatchObject({ status: 'done', checks: { failed: 0 } });
    expect(rest.outcome.changes).toBeLessThan((await shipped()).changes.length);
  });

  it('stands where it was left when it is opened again', async () => {
    const lab = await PlayedLab.open();
    await lab.up('workers');
    const again = await PlayedLab.open({ standing: lab.access.state.standing });
    const { outcome, events } = await again.up('pod-network');
    expect(outcome).toMatchObject({ status: 'done', checks: { failed: 0 } });
    expect(new Set(of(events, 'change-started').map(({ stage }) => stage))).toEqual(new Set(['pod-network']));
  });
});

describe('its rhythm', () => {
  it('is that of the real lab: output and progress come when they came then', async () => {
    const recording = await shipped();
    const importing = recording.changes.find(({ input }) => input.length > 0);
    const speed = 50;
    const lab = await PlayedLab.open({ speed });
    const started = performance.now();
    const { events, outcome } = await lab.up('control-plane');
    const took = (performance.now() - started) * speed;
    expect(outcome.status).toBe('done');
    const init = recording.changes.find(({ sentence }) => sentence.includes('kubeadm init'));
    expect(took).toBeGreaterThan((init?.duration ?? 0) + (importing?.duration ?? 0));
    expect(of(events, 'change-progress').length).toBeGreaterThan(10);
    expect(of(events, 'change-output').length).toBeGreaterThan(20);
    const finished = of(events, 'change-finished').find(({ duration }) => duration === init?.duration);
    expect(finished?.stage).toBe('control-plane'); // durations are those of then
  });
});
