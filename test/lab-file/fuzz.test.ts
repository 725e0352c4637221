import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { localDisk } from '../../src-main/lab/lab-disk.ts';
import { parseLab } from '../../src-main/lab/parse-lab.ts';
import { labText, options } from './example.ts';
import { validLabs } from './valid-labs.ts';
import { processorTime } from '../set-up/processor-time.ts';

const seeds = [...Object.values(validLabs), labText({ 9: 'client: { address: 192.168.2.50, ssh: { port: 1 } }' })];
const snippets = [
  '\t',
  '{',
  '}',
  '[',
  ']',
  ': ',
  '- ',
  '\n',
  '&a ',
  '*a',
  '!t ',
  '"',
  "'",
  '|',
  '%',
  '---\n',
  '<<: ',
  '<<: *a',
  '<<: [*a, *a]',
  '\0',
  '0',
  'null',
  '255',
  '/',
  '-',
  '.',
  '\u{1f600}',
];

/** A lab file with some pieces cut out, doubled, or replaced by what means something to YAML. */
const mutated = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.array(fc.tuple(fc.nat(), fc.nat(12), fc.oneof(fc.constantFrom(...snippets), fc.string({ maxLength: 5 }))), {
      minLength: 1,
      maxLength: 6,
    }),
  )
  .map(([text, edits]) =>
    edits.reduce((now, [at, length, insert]) => {
      const start = at % (now.length + 1);
      return now.slice(0, start) + insert + now.slice(start + length);
    }, text),
  );

const keys = [
  'lab',
  'nodes',
  'name',
  'role',
  'address',
  'ssh',
  'user',
  'key',
  'client',
  'kubernetes',
  'podCidr',
  'serviceCidr',
  'loadBalancer',
  'pool',
  'vip',
  'dns',
  'zone',
  'app',
  'environments',
  'host',
  'source',
  'bundle',
  'overrides',
  'kubeadm',
  '__proto__',
  'constructor',
];
const leaf = fc.oneof(
  fc.constantFrom(
    '192.168.2.10',
    '0.0.0.0/0',
    '255.255.255.255/32',
    '10.0.0.0-9.0.0.0',
    'local',
    'control-plane',
    'worker',
    'online',
    'this-computer',
    'a',
    '',
    '~',
    '~/x',
    '/',
  ),
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
/** Lab-like data of any shape. */
const shaped = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 4 }), tie('mapping')),
  mapping: fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 8 }),
})).mapping;

function holds(text: string): void {
  const started = processorTime();
  const parsed = parseLab(text, { ...options, disk: localDisk });
  expect(processorTime() - started).toBeLessThan(2000);
  if (!('problems' in parsed)) return;
  expect(parsed.problems.length).toBeGreaterThan(0);
  const lines = text.split(/\r\n|[\n\r]/).length;
  let last = 0;
  for (const { line, column, text: said, remedy } of parsed.problems) {
    expect(line).toBeGreaterThanOrEqual(last);
    expect(line).toBeLessThanOrEqual(lines + 1);
    expect(column > 0).toBe(line > 0);
    expect([said.en, said.ja, remedy.en, remedy.ja].every(Boolean)).toBe(true);
    last = line;
  }
}

describe('any text at all', () => {
  it('that was a lab file is a lab or has problems at their places', () => {
    fc.assert(fc.property(mutated, holds), { numRuns: 500 });
  });

  it('that has some keys of a lab file is a lab or has problems at their places', () => {
    fc.assert(
      fc.property(shaped, (data) => holds(stringify(data))),
      { numRuns: 400 },
    );
  });

  it('is a lab or has problems at their places', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), holds), { numRuns: 300 });
  });

  it.each([
    ['brackets', '[{'],
    ['keys', '? a\n'],
    ['anchors', '&a '],
    ['aliases', '- *a\n'],
    ['quotes', '"\''],
    ['commas', '[,,'],
    ['documents', '---\n'],
    ['unknown keys', 'k: 1\n'],
    ['nodes', 'nodes: [a]\n'],
    ['colons', ': '],
  ])('of %s is refused within seconds', (_, piece) => {
    const started = processorTime();
    const text = piece.repeat(Math.floor((128 * 1024) / piece.length));
    expect('problems' in parseLab(text, options)).toBe(true);
    expect(processorTime() - started).toBeLessThan(15_000);
  });
});
