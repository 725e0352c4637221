import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FactReader } from '../../../src-main/facts/fact.ts';
import { AnswerNotUnderstood } from '../../../src-main/machines/errors.ts';
import { explain } from '../../../src-main/rollout/explain.ts';
import { TableMachine } from '../table-machine.ts';
import { allFacts, factMakers } from './all-facts.ts';
import { garbage } from './garbage.ts';

const facts = await allFacts();

/** Facts that are a text of anybody's, or names of files: every text is an answer. */
const TEXTS = ['textFile', 'cniFiles'];

/** It says only whether the LAN was asked, and which MAC addresses answered. */
const SEARCHES = ['arpAnswer'];

async function readingOf(name: string, stdout: string): Promise<{ value?: unknown; error?: unknown }> {
  const fact = facts.find((one) => one.name === name)?.fact;
  if (!fact) throw new Error(`no fact ${name}`);
  const machine = new TableMachine('k8s-worker1', () => ({ stdout }));
  return new FactReader().read(machine, fact).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

describe('a machine that answers garbage', () => {
  it('is asked by every fact there is', () => {
    const folder = join(import.meta.dirname, '../../../src-main');
    const source = ['facts', 'cluster', 'checks', 'client'].flatMap((name) =>
      readdirSync(join(folder, name)).flatMap((file) =>
        file.endsWith('.ts') ? [readFileSync(join(folder, name, file), 'utf8')] : [],
      ),
    );
    const named = source.flatMap((text) => [
      ...[...text.matchAll(/^export const (\w+): Fact</gm)].map(([, name]) => name),
      ...[...text.matchAll(/^export function (\w+)\([^)]*\): Fact</gm)].map(([, name]) => name),
    ]);
    expect(new Set(facts.map(({ name }) => name))).toEqual(new Set(named));
    expect(factMakers().every((name) => named.includes(name))).toBe(true);
    expect(Object.keys(garbage).length).toBeGreaterThanOrEqual(40);
  });

  it.each(facts.map(({ name }) => name))('is told by its name, and %s is not read', async (name) => {
    for (const [kind, stdout] of Object.entries(garbage)) {
      const { value, error } = await readingOf(name, stdout);
      if (TEXTS.includes(name) || SEARCHES.includes(name)) {
        expect(error, kind).toBeUndefined();
        continue;
      }
      expect(error, `${kind} was read as ${JSON.stringify(value)}`).toBeInstanceOf(AnswerNotUnderstood);
      expect((error as Error).message, kind).toMatch(/^k8s-worker1 answered something that Hoplab does not understand/);
    }
  });

  it('is told in words, with the command and the beginning of its answer, and never as a fault of Hoplab', async () => {
    const { error } = await readingOf('interfaces', garbage['a greeting of .bashrc'] ?? '');
    const told = explain(error);
    expect(told).toMatchObject({ machine: 'k8s-worker1', command: 'ip -j addr' });
    expect(told.title.en).toBe('k8s-worker1 returned unexpected output for `ip -j addr` (no JSON)');
    expect(told.detail).toContain('Welcome to Ubuntu');
    expect(told.remedy.en).toContain('.bashrc');
    expect(told.title.ja).toContain('理解できない');
  });
});
