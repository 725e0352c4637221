import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secrets } from '../../../src-main/cluster/secret-names.ts';
import { appliedDefinitions, isCustom, nameOf, states } from '../../../src-main/cluster/objects.ts';
import { DEFINITION_COLUMNS, definitionRow, labelTable } from './label-table.ts';

type Path = readonly (string | number)[];

/** Values as manifests state them: JSON, without the fields that are not compared. */
const value = fc.jsonValue({ maxDepth: 4 }).filter((json) => !/"(?:status|stringData)"/.test(JSON.stringify(json)));

function leaves(node: unknown, path: Path = []): Path[] {
  if (typeof node !== 'object' || node === null) return [path];
  return Object.entries(node).flatMap(([key, item]) =>
    leaves(item, [...path, Array.isArray(node) ? Number(key) : key]),
  );
}

function at(node: unknown, path: Path): unknown {
  let inner = node;
  for (const key of path) inner = (inner as Record<string | number, unknown>)[key];
  return inner;
}

function withLeaf(node: unknown, [key, ...rest]: Path, leaf: unknown): unknown {
  if (key === undefined) return leaf;
  if (Array.isArray(node))
    return (node as unknown[]).map((item, index) => (index === key ? withLeaf(item, rest, leaf) : item));
  const old = node as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(old).map(([name, item]) => [name, name === key ? withLeaf(item, rest, leaf) : item]),
  );
}

describe('what is stated', () => {
  it('is so in itself', () => {
    fc.assert(fc.property(value, (json) => states(json, json)));
  });

  it('is not so when any stated leaf differs', () => {
    fc.assert(
      fc.property(value, fc.nat(), (json, pick) => {
        const paths = leaves(json).filter((path) => at(json, path) !== null);
        fc.pre(paths.length > 0);
        const path = paths[pick % paths.length] ?? [];
        const old = at(json, path);
        const other = old === 'other' ? 'another' : 'other';
        return !states(json, withLeaf(json, path, other)) && !states(json, withLeaf(json, path, null));
      }),
    );
  });

  it('is so however much more is found', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), fc.dictionary(fc.string(), value), (wanted, more) =>
        states(wanted, { ...more, ...wanted }),
      ),
    );
  });

  it.each([
    ['a field is missing', { a: 1 }, {}],
    ['nothing is found', { a: 1 }, undefined],
    ['null is found', { a: { b: 1 } }, { a: null }],
    ['a list is longer', [1], [1, 2]],
    ['a list is shorter', [1, 2], [1]],
    ['a list is in another order', [1, 2], [2, 1]],
    ['a list is found as a mapping', [1], { 0: 1, length: 1 }],
    ['a text is found for a number', 80, '80'],
    ['an empty text is stated and another found', '', 'x'],
    ['zero replicas are stated and one found', { replicas: 0 }, { replicas: 1 }],
    ['true is left out', { a: true }, {}],
  ])('is not so when %s', (_, wanted, found) => {
    expect(states(wanted, found)).toBe(false);
  });

  it.each([
    ['an empty text, zero and false are left out', { a: '', b: 0, c: false }, {}],
    ['null is stated', { a: null }, { a: 5 }],
    ['undefined is stated', { a: undefined }, {}],
    ['an empty mapping is left out', { emptyDir: {} }, {}],
    ['status and stringData differ', { status: { x: 1 }, stringData: { y: 'z' } }, { status: {} }],
  ])('is so when %s', (_, wanted, found) => {
    expect(states(wanted, found)).toBe(true);
  });

  // `args: []` of the sample app (any image but agnhost): the API server leaves empty lists out, so it is applied for ever
  it('is so when an empty list is left out', () => {
    expect(states({ args: [] }, {})).toBe(true);
  });
});

describe('objects', () => {
  it('are named by kind, namespace and name', () => {
    expect(nameOf({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'b' } })).toBe('Service b/a');
    expect(nameOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'b' } })).toBe('Namespace b');
  });

  it.each([
    ['metallb.io/v1beta1', true],
    ['gateway.networking.k8s.io/v1', true],
    ['gateway.nginx.org/v1alpha2', true],
    ['v1', false],
    ['apps/v1', false],
    ['networking.k8s.io/v1', false],
    ['apiextensions.k8s.io/v1', false],
  ])('of %s are custom: %s', (apiVersion, custom) => {
    expect(isCustom({ apiVersion, kind: 'X', metadata: { name: 'x' } })).toBe(custom);
  });

  it('know the definitions that were applied, and none without a cluster', () => {
    const parse = (stdout: string, exitCode = 0) => appliedDefinitions.parse({ stdout, stderr: '', exitCode });
    const rows = [
      definitionRow('a.example.com', 'metallb', '0123456789abcdef'),
      definitionRow('b.example.com', 'gateway', ''),
    ];
    expect(parse(labelTable(DEFINITION_COLUMNS, rows))).toEqual(
      new Map([
        ['a.example.com', { stage: 'metallb', hash: '0123456789abcdef' }],
        ['b.example.com', { stage: 'gateway', hash: '' }],
      ]),
    );
    expect(parse('', 1)).toEqual(new Map());
    expect(() => parse('')).toThrow();
    const none = { stdout: '', stderr: 'No resources found\n', exitCode: 0 };
    expect(appliedDefinitions.parse(none)).toEqual(new Map());
  });
});

describe('secrets', () => {
  it('are known by name and label, as kubectl tells them in its table, and never by what is in them', () => {
    const stdout = [
      'NAMESPACE        NAME          TYPE                            DATA   AGE   STAGE     APPLIED',
      'kube-system      bootstrap     bootstrap.kubernetes.io/token   7      31m             ',
      'metallb-system   memberlist    Opaque                          1      30m   metallb   0123456789abcdef',
      '',
    ].join('\n');
    expect(secrets.parse({ stdout, stderr: '', exitCode: 0 }).map(({ metadata }) => metadata)).toEqual([
      { namespace: 'kube-system', name: 'bootstrap', labels: {} },
      {
        namespace: 'metallb-system',
        name: 'memberlist',
        labels: { 'hoplab.dev/stage': 'metallb', 'hoplab.dev/applied': '0123456789abcdef' },
      },
    ]);
    expect(() => secrets.parse({ stdout: '', stderr: '', exitCode: 0 })).toThrow();
    expect(secrets.command).not.toMatch(/-o |json|\.data/);
  });
});
