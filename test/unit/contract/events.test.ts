import { readFile, writeFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventSchema, timedEventSchema, type RolloutEvent } from '../../../src-main/contract/events.ts';

const file = new URL('../../../resources/events.schema.json', import.meta.url);

function eventsJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(timedEventSchema, { io: 'input', target: 'draft-2020-12' });
  return { $schema, title: 'A line of `hoplab --json`, and of a journal', ...rest };
}

const accepts = new Ajv2020({ strict: true, strictTypes: false }).compile(eventsJsonSchema());

const text = { en: 'x', ja: 'あ' };
const explanation = { machine: 'a', title: text, detail: '', reason: text, remedy: text, command: 'x' };
const check = { stage: 's', check: 'c', machine: 'a', sentence: text };
const evidence = [
  { machine: 'a', command: 'x', stdout: '', stderr: '', exitCode: 0, duration: 1, at: '2026-11-24T10:00:00.000Z' },
];
const checks = { passed: 1, failed: 0, notApplicable: 0 };
const samples: readonly RolloutEvent[] = [
  { event: 'rollout-started', rollout: 'r', lab: 'l', verb: 'up', stages: ['s'], hoplab: '0.1.0' },
  { event: 'stage-started', stage: 's', title: text, problem: text, solves: text },
  { event: 'change-started', stage: 's', change: 's-1', machine: 'a', sentence: text, command: 'x', ahead: false },
  { event: 'change-progress', change: 's-1', bytes: 1, total: 2 },
  { event: 'change-output', change: 's-1', stream: 'stderr', text: 'x' },
  { event: 'change-finished', stage: 's', change: 's-1', duration: 5 },
  { event: 'change-failed', stage: 's', change: 's-1', duration: 5, explanation },
  { event: 'waiting', machine: 'a', sentence: text },
  { event: 'download-progress', bytes: 1, total: 2, rate: 1, current: ['kubelet v1.37.1'] },
  { event: 'download-finished', bytes: 2, duration: 2 },
  { event: 'check-started', ...check },
  {
    event: 'check-finished',
    ...check,
    status: 'failed',
    expected: text,
    actual: text,
    meaning: text,
    remedy: text,
    evidence,
    duration: 1,
  },
  { event: 'stage-finished', stage: 's', status: 'done', changes: 1, duration: 1 },
  { event: 'stage-undone', stage: 's', changes: 1, duration: 1 },
  {
    event: 'rollout-finished',
    status: 'failed',
    changes: 1,
    checks,
    halfDone: [{ machine: 'a', sentence: text }],
    explanation,
    duration: 1,
  },
];
const timed = samples.map((event) => [event.event, { time: '2026-11-23T12:00:00.000Z', ...event }] as const);

describe('the published JSON Schema of events', () => {
  it('is the one of the contract (UPDATE=1 writes it)', async () => {
    const generated = await format(JSON.stringify(eventsJsonSchema()), { parser: 'json', printWidth: 120 });
    if (process.env['UPDATE'] === '1') await writeFile(file, generated);
    expect(await readFile(file, 'utf8')).toBe(generated);
  });

  it('is tried with every event that there is', () => {
    expect(samples.map(({ event }) => event)).toEqual(eventSchema.options.map(({ shape }) => shape.event.value));
  });

  it.each(timed)('accepts %s', (_, event) => {
    accepts(event);
    expect(accepts.errors).toBeNull();
    expect(timedEventSchema.parse(event)).toEqual(event);
  });

  it.each(timed)('refuses %s without its time, or without a field of its own', (_, event) => {
    for (const field of Object.keys(event)) {
      const rest = Object.fromEntries(Object.entries(event).filter(([name]) => name !== field));
      expect([field, accepts(rest)]).toEqual([
        field,
        field === 'remedy' || (field === 'explanation' && event.event === 'rollout-finished'),
      ]);
    }
  });

  it('refuses an event that there is not, and one in only one language', () => {
    expect(accepts({ time: 't', event: 'nothing' })).toBe(false);
    expect(accepts({ time: 't', event: 'waiting', machine: 'a', sentence: { en: 'x' } })).toBe(false);
  });
});
