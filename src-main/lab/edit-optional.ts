import { isDeepStrictEqual } from 'node:util';
import { isCollection, isMap, isScalar, stringify, type Pair, type ParsedNode } from 'yaml';
import type { OptionalStages } from '../contract/optional-stages.ts';
import { composeYaml } from './compose-yaml.ts';
import { isSameButFor, readLabDocument } from './lab-document.ts';

type Entry = Pair<ParsedNode, ParsedNode | null>;
type Optional = Readonly<Record<string, unknown>>;

interface Weighted {
  readonly trafficSplit?: { readonly weight: number };
}

/**
 * The text of a lab file that asks for these stages besides, and for no others; every other character stays, and so does what it says
 * of the second version. Undefined where that cannot be done in place: it has comments within, for example.
 */
export function withOptionalStages(text: string, stages: OptionalStages): string | undefined {
  const edited = withOptional(text, wanted(text, stages));
  const apps = stages.manifests.map((manifests) => ({ manifests }));
  if (edited === undefined || isDeepStrictEqual(valueOf(edited, 'apps') ?? [], apps)) return edited;
  return withValue(edited, 'apps', apps);
}

/** What means the same already is left as it is written; where only the weight is another, that alone is changed. */
function withOptional(text: string, meant: Optional & Weighted): string | undefined {
  const said = (valueOf(text, 'optional') ?? {}) as Optional;
  if (isDeepStrictEqual(inFull(said), inFull(meant))) return text;
  const weight = weightIn(entryOf(text, 'optional')?.value);
  const weighed = meant.trafficSplit && { ...said, trafficSplit: { weight: meant.trafficSplit.weight } };
  if (weight && weighed && isDeepStrictEqual(inFull(weighed), inFull(meant))) {
    const edited = splice(text, weight.range, String(weighed.trafficSplit.weight));
    return confirmed(text, edited, { optional: weighed });
  }
  return withValue(text, 'optional', meant);
}

function withValue(text: string, name: string, meant: object): string | undefined {
  const entry = entryOf(text, name);
  if (entry === undefined) return undefined;
  return confirmed(text, entry ? replaced(text, entry, meant) : appended(text, name, meant), { [name]: meant });
}

/** Where a key stands; null: it does not. Undefined: the file is not one mapping in lines, and is not to be changed. */
function entryOf(text: string, name: string): Entry | null | undefined {
  const [contents, ...others] = composeYaml(text)?.documents ?? [];
  const root = contents?.contents;
  if (!isMap(root) || root.flow === true || others.length > 0) return undefined;
  return root.items.find(({ key }) => isScalar(key) && key.value === name) ?? null;
}

/** The edited text, if it says that, and nothing else that is new. */
function confirmed(text: string, edited: string | undefined, said: Optional): string | undefined {
  return edited !== undefined && isSameButFor(text, edited, said) ? edited : undefined;
}

function replaced(text: string, { value }: Entry, meant: object): string | undefined {
  if (!value) return undefined;
  const [from, to] = value.range;
  const inLines = isCollection(value) && value.flow !== true;
  const start = inLines ? text.lastIndexOf(':', from) + 1 : from;
  const own = text.slice(start, to).trimEnd();
  if (/\s#/.test(own)) return undefined;
  return splice(text, [start, start + own.length], `${inLines ? ' ' : ''}${flow(meant)}`);
}

function appended(text: string, name: string, meant: object): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  return `${text}${text.endsWith('\n') ? '' : newline}${name}: ${flow(meant)}${newline}`;
}

function weightIn(optional: ParsedNode | null | undefined): ParsedNode | undefined {
  const split = isMap(optional) ? optional.get('trafficSplit', true) : undefined;
  const weight = isMap(split) ? split.get('weight', true) : undefined;
  return isScalar(weight) ? (weight as ParsedNode) : undefined;
}

/** With the defaults that the lab file has: a value that is written out means no more than one that is not. */
function inFull({ trafficSplit, headerRouting, tls, ...others }: Optional): Optional {
  return {
    ...others,
    headerRouting: headerRouting ?? false,
    ...(trafficSplit !== undefined && { trafficSplit: { weight: 20, ...(trafficSplit as Optional) } }),
    ...(tls !== undefined && { tls: { trustOnClient: false, ...(tls as Optional) } }),
  };
}

/** What stands under a key. */
function valueOf(text: string, name: string): unknown {
  const document = readLabDocument(text);
  return 'problems' in document ? undefined : (document.value as Optional | null)?.[name];
}

function wanted(text: string, { weight, headerRouting, tls, kubeProxyMode }: OptionalStages): Optional & Weighted {
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

function flow(value: object): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
}

function splice(text: string, [from, to]: readonly [number, number, ...unknown[]], by: string): string {
  return text.slice(0, from) + by + text.slice(to);
}
