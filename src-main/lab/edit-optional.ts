import { isDeepStrictEqual } from 'node:util';
import { isCollection, isMap, isScalar, stringify, type Pair, type ParsedNode } from 'yaml';
import type { OptionalStages } from '../contract/optional-stages.ts';
import { composeYaml } from './compose-yaml.ts';
import { isSameButFor, readLabDocument } from './lab-document.ts';

type Entry = Pair<ParsedNode, ParsedNode | null>;
type Optional = Readonly<Record<string, unknown>>;

/**
 * The text of a lab file that asks for these stages besides, and for no others; every other character stays, and so does what it says
 * of the second version. Undefined where that cannot be done in place: it has comments within, for example.
 */
export function withOptionalStages(text: string, stages: OptionalStages): string | undefined {
  const apps = stages.manifests.map((manifests) => ({ manifests }));
  const edited = withValue(text, 'optional', wanted(text, stages), {});
  return edited === undefined ? undefined : withValue(edited, 'apps', apps, []);
}

/** What the file says of a key is left as it is written where it is meant already; `absent`: what it means where it says nothing. */
function withValue(text: string, name: string, meant: object, absent: object): string | undefined {
  const [contents, ...others] = composeYaml(text)?.documents ?? [];
  const root = contents?.contents;
  if (!isMap(root) || root.flow === true || others.length > 0) return undefined;
  const entry = root.items.find(({ key }) => isScalar(key) && key.value === name);
  const said = valueOf(text, name);
  if (isDeepStrictEqual(entry ? said : absent, meant)) return text;
  const edited = entry ? replaced(text, entry, { said, meant }) : appended(text, name, meant);
  const isMeant = edited !== undefined && isSameButFor(text, edited, { [name]: meant });
  return isMeant ? edited : undefined;
}

interface Change {
  readonly said: unknown;
  readonly meant: object;
}

function replaced(text: string, { value }: Entry, { said, meant }: Change): string | undefined {
  if (!value) return undefined;
  const weight = weightIn(value);
  const wantedWeight = weightOf(meant);
  const sameButWeight = wantedWeight !== undefined && isDeepStrictEqual(withWeight(said, wantedWeight), meant);
  if (weight && sameButWeight) return splice(text, weight.range, String(wantedWeight));
  const [from, to] = value.range;
  const inLines = isCollection(value) && value.flow !== true;
  const start = inLines ? text.lastIndexOf(':', from) + 1 : from;
  const own = text.slice(start, to).trimEnd();
  if (own.includes('#')) return undefined;
  return splice(text, [start, start + own.length], `${inLines ? ' ' : ''}${flow(meant)}`);
}

function appended(text: string, name: string, meant: object): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  return `${text}${text.endsWith('\n') ? '' : newline}${name}: ${flow(meant)}${newline}`;
}

function weightIn(optional: ParsedNode): ParsedNode | undefined {
  const split = isMap(optional) ? optional.get('trafficSplit', true) : undefined;
  const weight = isMap(split) ? split.get('weight', true) : undefined;
  return isScalar(weight) ? (weight as ParsedNode) : undefined;
}

function weightOf(optional: { readonly trafficSplit?: { readonly weight: number } }): number | undefined {
  return optional.trafficSplit?.weight;
}

/** What stands under a key. */
function valueOf(text: string, name: string): unknown {
  const document = readLabDocument(text);
  return 'problems' in document ? undefined : (document.value as Optional | null)?.[name];
}

function wanted(text: string, { weight, headerRouting, tls, kubeProxyMode }: OptionalStages): Optional {
  const said = valueOf(text, 'optional') as Optional | null | undefined;
  const secondVersion = said?.['secondVersion'];
  return {
    ...(secondVersion !== undefined && { secondVersion }),
    ...(weight !== null && { trafficSplit: { weight } }),
    ...(headerRouting && { headerRouting }),
    ...(tls && { tls }),
    ...(kubeProxyMode && { kubeProxyMode }),
  };
}

function withWeight(said: unknown, weight: number): object {
  return { ...(said as object), trafficSplit: { weight } };
}

function flow(value: object): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
}

function splice(text: string, [from, to]: readonly [number, number, ...unknown[]], by: string): string {
  return text.slice(0, from) + by + text.slice(to);
}
