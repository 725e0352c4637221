import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import {
  APPLIED_LABEL,
  labelled,
  labelledDefinition,
  readManifest,
  STAGE_LABEL,
  type Definition,
  type KubernetesObject,
} from '../../../src-main/cluster/manifest.ts';

const folder = process.env['HOPLAB_MANIFESTS'] ?? new URL('../../../../shared/lab/manifests', import.meta.url).pathname;

function projects(): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    console.warn(`skipped: there are no manifests in ${folder} (HOPLAB_MANIFESTS names another folder)`);
    return [];
  }
}

interface Parsed {
  metadata: { labels?: Record<string, string> };
}

function expectOnlyLabelsAdded(definition: Definition): void {
  const text = labelledDefinition(definition, 'metallb');
  const before = parse(definition.text) as Parsed;
  const labels = { ...before.metadata.labels, [STAGE_LABEL]: 'metallb', [APPLIED_LABEL]: definition.hash };
  expect(parse(text)).toEqual({ ...before, metadata: { ...before.metadata, labels } });
}

const crd = (metadata: string): Definition => ({
  kind: 'CustomResourceDefinition',
  name: 'x.example.com',
  hash: '0123456789abcdef',
  text: `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n${metadata}spec:\n  names:\n    labels:\n      - x\n`,
});

describe.skipIf(projects().length === 0)('the manifests that projects publish', () => {
  it.each(projects())('%s is read whole', (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const { objects, definitions } = readManifest(text);
    // the text has as many documents with a kind as were read, and none of them is a CRD that was parsed
    expect(objects.length + definitions.length).toBe(text.match(/^kind: /gm)?.length);
    expect(objects.filter(({ kind }) => kind === 'CustomResourceDefinition')).toEqual([]);
    for (const { apiVersion, kind, metadata } of objects) expect([apiVersion, kind, metadata.name]).not.toContain('');
    expect(new Set(definitions.map((definition) => definition.name)).size).toBe(definitions.length);
  });

  it.each(projects())('%s has definitions that are only labelled', { timeout: 120_000 }, (name) => {
    const { definitions } = readManifest(readFileSync(join(folder, name), 'utf8'));
    // parsing all of them costs a minute: the smallest stand for the others
    const smallest = [...definitions].sort((a, b) => a.text.length - b.text.length).slice(0, 4);
    for (const definition of smallest) expectOnlyLabelsAdded(definition);
    for (const definition of definitions) {
      const text = labelledDefinition(definition, 's');
      const added = text.split('\n').length - definition.text.split('\n').length;
      expect(added === 2 || added === 3).toBe(true);
      expect(/^ {2}name: (\S+)$/m.exec(text)?.[1]).toBe(definition.name);
    }
  });
});

describe('reading a manifest', () => {
  it('passes over documents without a kind, such as a licence or nothing', () => {
    const { objects, definitions } = readManifest(
      '# Copyright\n---\n---\nkind: A\nmetadata: {name: a}\n---\n\n---   \nkind: B\nmetadata: {name: b}\n',
    );
    expect(objects.map(({ kind }) => kind)).toEqual(['A', 'B']);
    expect(definitions).toEqual([]);
  });

  it('does not take a line of dashes inside a text for a separator', () => {
    const { objects } = readManifest('kind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: |\n    ---\n    kind: no\n');
    expect(objects[0]?.['data']).toEqual({ x: '---\nkind: no\n' });
  });

  it('keeps a definition as text, under the name in its metadata', () => {
    const { definitions } = readManifest(crd('  annotations:\n    name: not-this\n  name: x.example.com\n').text);
    expect(definitions.map(({ name }) => name)).toEqual(['x.example.com']);
  });

  it('refuses a definition without a name', () => {
    expect(() => readManifest(crd('  labels: {}\n').text)).toThrow('without a name');
  });
});

describe('labels of belonging', () => {
  it.each([
    ['no labels', '  name: x.example.com\n'],
    ['labels', '  labels:\n    app: x\n  name: x.example.com\n'],
    ['labels last', '  name: x.example.com\n  labels:\n    app: x\n'],
    ['annotations that hold labels', '  annotations:\n    labels: "y"\n  name: x.example.com\n'],
  ])('are added to a definition with %s, and nothing else is changed', (_, metadata) => {
    expectOnlyLabelsAdded(crd(metadata));
  });

  it('are added to a definition whose metadata stands last', () => {
    const text = 'kind: CustomResourceDefinition\nspec: {}\nmetadata:\n  name: x.example.com\n';
    expectOnlyLabelsAdded({ ...crd(''), text });
  });

  // `end` is -1 when nothing follows the metadata, so the labels that are there are not seen: a second `labels:` key
  it('are added to the labels of a definition whose metadata stands last', () => {
    const text = 'kind: CustomResourceDefinition\nspec: {}\nmetadata:\n  labels:\n    app: x\n  name: x.example.com\n';
    expectOnlyLabelsAdded({ ...crd(''), text });
  });

  it('have a hash that is a valid label also where YAML would read a number', () => {
    const { definitions } = readManifest(crd('  name: x.example.com\n').text);
    const [definition = crd('')] = definitions;
    expect(definition.hash).toMatch(/^[0-9a-f]{16}$/);
    expect(labelledDefinition(definition, 'metallb')).toContain(`${APPLIED_LABEL}: "${definition.hash}"`);
  });

  const object: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a', namespace: 'b', labels: { app: 'x' }, annotations: { c: 'd' } },
    stringData: { secret: 'one' },
  };

  it('join those of an object, and leave the rest as it is', () => {
    const added = labelled(object, 'metallb');
    const hash = added.metadata.labels?.[APPLIED_LABEL] ?? '';
    const labels = { app: 'x', [STAGE_LABEL]: 'metallb', [APPLIED_LABEL]: hash };
    expect(added).toEqual({ ...object, metadata: { ...object.metadata, labels } });
  });

  it('change with what is stated, and not with what is random in a secret', () => {
    const hash = (one: KubernetesObject) => labelled(one, 'metallb').metadata.labels?.[APPLIED_LABEL];
    expect(hash({ ...object, stringData: { secret: 'two' } })).toBe(hash(object));
    expect(hash({ ...object, type: 'Opaque' })).not.toBe(hash(object));
  });

  it('survive joining documents to what kubectl reads', () => {
    const texts = ['a', 'b'].map((name) => labelledDefinition({ ...crd(`  name: ${name}\n`), name }, 's'));
    const documents = parseAllDocuments(texts.join('\n---\n'));
    expect(documents.map((document) => (document.toJS() as KubernetesObject).metadata.name)).toEqual(['a', 'b']);
  });
});
