import { basename, join } from 'node:path';
import { isMap, type Document, type LineCounter } from 'yaml';
import { z } from 'zod';
import type { KubernetesObject } from './kubernetes-object.ts';
import type { Text } from '../contract/text.ts';
import { composeYaml } from './compose-yaml.ts';
import { shown } from './finding.ts';
import { fields } from './lab-fields.ts';
import type { LabDisk } from './lab-disk.ts';
import { manifestTexts as texts, type WrongManifest } from './manifest-texts.ts';
import { imagesOf, withImagesOfNode } from './pod-spec.ts';

export type Manifests =
  { readonly objects: readonly KubernetesObject[] } | { readonly problems: readonly WrongManifest[] };

/** An object, and where it stands. */
interface Placed {
  readonly object: KubernetesObject;
  /** `line 3 of app.yaml` */
  readonly place: Text;
}

const FILES = /\.(?:ya?ml|json)$/i;
/** Characters of one file: more than any project's manifest has. */
const LARGEST = 4_000_000;
/** How often aliases may be expanded. */
const MOST_ALIASES = 1000;
/** Enough to read at once. */
const MOST_PROBLEMS = 20;

/**
 * Reads a file of manifests, or those of a folder, as `kubectl apply -f` does: not the folders in it, in the order of their names.
 * What the API server fills in (`status`, `uid`, …) is left out; images that are on the node are taken. Never throws.
 */
export function readManifests(path: string, disk: LabDisk): Manifests {
  const isFolder = disk.state(path) === 'folder';
  const names = isFolder ? disk.names(path) : [basename(path)];
  const foreign = isFolder ? names.flatMap((name) => foreignTool(name, basename(path))) : [];
  if (foreign.length > 0) return { problems: foreign };
  const files = isFolder ? names.filter((name) => FILES.test(name)) : names;
  if (files.length === 0) return { problems: [texts.noManifests(basename(path))] };
  const read = files.map((name) => readFile(disk.text(isFolder ? join(path, name) : path), name));
  const placed = read.flatMap(({ objects }) => objects);
  const problems = [...read.flatMap((one) => one.problems), ...twice(placed)];
  if (problems.length > 0) return { problems: problems.slice(0, MOST_PROBLEMS) };
  if (placed.length === 0) return { problems: [texts.noManifests(basename(path))] };
  return { objects: placed.map(({ object }) => withImagesOfNode(object)) };
}

/** Kinds without namespaces, whatever a manifest says: of those that manifests have most. */
const CLUSTER_WIDE =
  /^(?:Namespace|CustomResourceDefinition|ClusterRole|ClusterRoleBinding|PersistentVolume|StorageClass|PriorityClass|IngressClass|GatewayClass)$/;

/** Names an object as the API server does: version and namespace by default apart. */
export function identityOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  const { name } = metadata;
  const namespace = CLUSTER_WIDE.test(kind) ? '' : (metadata.namespace ?? 'default');
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return `${group}/${kind}/${namespace}/${name}`;
}

function foreignTool(name: string, folder: string): readonly WrongManifest[] {
  if (/^kustomization(?:\.ya?ml)?$/i.test(name)) return [texts.kustomize(shown(folder))];
  return name === 'Chart.yaml' ? [texts.helm(shown(folder))] : [];
}

interface ReadFile {
  readonly objects: readonly Placed[];
  readonly problems: readonly WrongManifest[];
}

function readFile(content: string | undefined, named: string): ReadFile {
  const name = shown(named);
  const wrong = (problem: WrongManifest): ReadFile => ({ objects: [], problems: [problem] });
  if (content === undefined) return wrong(texts.unreadable(name));
  const composed = content.length > LARGEST ? undefined : composeYaml(content, 'kubectl');
  if (!composed) return wrong(texts.tooLarge(name));
  const { documents, lines } = composed;
  const broken = documents.flatMap(({ errors }) => errors)[0];
  if (broken) return wrong(texts.notYaml(placeOf(lines, broken.pos[0], name)));
  const read = documents.map((document) => readDocument(document, lines, name));
  return { objects: read.flatMap(({ objects }) => objects), problems: read.flatMap(({ problems }) => problems) };
}

function readDocument(document: Document.Parsed, lines: LineCounter, name: string): ReadFile {
  const { contents } = document;
  if (!contents || contents.range[0] === contents.range[1]) return { objects: [], problems: [] };
  const place = placeOf(lines, contents.range[0], name);
  const value = isMap(contents) ? plain(document) : undefined;
  if (!value) return { objects: [], problems: [texts.noObject(place)] };
  const read = itemsOf(value).map((item) => readObject(item, place));
  return {
    objects: read.flatMap((one) => ('object' in one ? [one] : [])),
    problems: read.flatMap((one) => ('object' in one ? [] : [one])),
  };
}

function plain(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch {
    return undefined; // too many aliases
  }
}

/** A List is its objects. */
function itemsOf(value: unknown): readonly unknown[] {
  const { kind, items } = value as { kind?: unknown; items?: unknown };
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items) ? (items as unknown[]) : [value];
}

const objectSchema = z.looseObject({
  apiVersion: z.string().regex(/^(?:[a-z0-9.-]+\/)?v[a-z0-9]+$/),
  kind: z.string().regex(/^[A-Z][A-Za-z0-9]*$/),
  metadata: z.looseObject({
    name: z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._:-]{0,251}[A-Za-z0-9])?$/),
    namespace: z
      .string()
      .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/)
      .optional(),
    labels: z.record(z.string(), z.string()).nullish(),
  }),
});

/** What the API server states, in an object that was read from a cluster. */
const OF_SERVER = ['uid', 'resourceVersion', 'managedFields', 'creationTimestamp', 'generation', 'selfLink'];

function readObject(value: unknown, place: Text): Placed | WrongManifest {
  const { success, data } = objectSchema.safeParse(value);
  if (!success) return hasGeneratedName(value) ? texts.generatedName(place) : texts.noObject(place);
  const { status: _status, ...stated } = data;
  const metadata = Object.fromEntries(Object.entries(data.metadata).filter(([key]) => !OF_SERVER.includes(key)));
  const object = { ...stated, metadata } as unknown as KubernetesObject;
  const key = object.kind === 'Secret' ? notText(object) : undefined;
  if (key !== undefined) return texts.secretNotText(place, shown(key));
  const image = imagesOf(object).find((one) => !fields.image.safeParse(one).success);
  return image === undefined ? { object: withData(object), place } : texts.noImage(place, shown(image));
}

const secretSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  stringData: z.record(z.string(), z.unknown()).nullish(),
});

/** The key of a Secret whose value is no text: the API server would name the value in its complaint. */
function notText(secret: KubernetesObject): string | undefined {
  const { data } = secretSchema.safeParse(secret);
  const all = Object.entries({ ...data?.data, ...data?.stringData });
  return data ? all.find(([, value]) => typeof value !== 'string')?.[0] : 'data';
}

/** A Secret with all in `data`: of what was in `stringData` the API server would not know that it is stated no more. */
function withData(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'Secret' || object['stringData'] === undefined) return object;
  const { data, stringData } = secretSchema.parse(object);
  const encoded = Object.entries(stringData ?? {}).map(
    ([key, value]) => [key, Buffer.from(String(value)).toString('base64')] as const,
  );
  const { stringData: _, ...rest } = object;
  return { ...rest, data: Object.fromEntries([...Object.entries(data ?? {}), ...encoded]) };
}

function hasGeneratedName(value: unknown): boolean {
  const { metadata } = (value ?? {}) as { metadata?: { generateName?: unknown } | null };
  return metadata?.generateName !== undefined;
}

function twice(placed: readonly Placed[]): readonly WrongManifest[] {
  const first = new Map<string, Placed>();
  return placed.flatMap((one) => {
    const identity = identityOf(one.object);
    const before = first.get(identity);
    first.set(identity, before ?? one);
    const { kind, metadata } = one.object;
    return before ? [texts.twice(one.place, before.place, `${kind} ${metadata.name}`)] : [];
  });
}

function placeOf(lines: LineCounter, offset: number, name: string): Text {
  const { line } = lines.linePos(offset);
  return { en: `line ${line} of ${name}`, ja: `${name} の ${line} 行目` };
}
