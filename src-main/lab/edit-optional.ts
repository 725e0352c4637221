import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, stringify, type Pair, type ParsedNode } from 'yaml';
import type { OptionalStages } from '../contract/optional-stages.ts';
import { composeYaml } from './compose-yaml.ts';
import { isSameButFor, readLabDocument } from './lab-document.ts';

type Entry = Pair<ParsedNode, ParsedNode | null>;

/**
 * The text of a lab file that asks for these stages besides, and for no others; every other character stays, and so does what it says
 * of the second version. Undefined where that cannot be done in place: it has comments within, for example.
 */
export function withOptionalStages(text: string, stages: OptionalStages): string | undefined {
  const [contents, ...others] = composeYaml(text)?.documents ?? [];
  const root = contents?.contents;
  if (!isMap(root) || root.flow === true || others.length > 0) return undefined;
  const entry = root.items.find(({ key }) => isScalar(key) && key.value === 'optional');
  const edited = entry ? replaced(text, entry, stages) : appended(text, stages);
  const isMeant = edited !== undefined && isSameButFor(text, edited, { optional: wanted(text, stages) });
  return isMeant ? edited : undefined;
}

function replaced(text: string, { value }: Entry, stages: OptionalStages): string | undefined {
  const weight = weightIn(value);
  const meant = wanted(text, stages);
  const sameButWeight =
    weight && stages.weight !== null && isDeepStrictEqual(withWeight(optionalOf(text), stages.weight), meant);
  if (sameButWeight) return splice(text, weight.range, String(stages.weight));
  if (!value) return undefined;
  const [from, to] = value.range;
  const inLines = isMap(value) && value.flow !== true;
  const start = inLines ? text.lastIndexOf(':', from) + 1 : from;
  const own = text.slice(start, to).trimEnd();
  if (own.includes('#')) return undefined;
  return splice(text, [start, start + own.length], `${inLines ? ' ' : ''}${flow(meant)}`);
}

function appended(text: string, stages: OptionalStages): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  return `${text}${text.endsWith('\n') ? '' : newline}optional: ${flow(wanted(text, stages))}${newline}`;
}

function weightIn(optional: ParsedNode | null): ParsedNode | undefined {
  const split = isMap(optional) ? optional.get('trafficSplit', true) : undefined;
  const weight = isMap(split) ? split.get('weight', true) : undefined;
  return isScalar(weight) ? (weight as ParsedNode) : undefined;
}

type Optional = Readonly<Record<string, unknown>>;

/** What stands under `optional`. */
function optionalOf(text: string): Optional {
  const document = readLabDocument(text);
  const value = 'problems' in document ? undefined : (document.value as Optional | null)?.['optional'];
  return typeof value === 'object' && value !== null ? (value as Optional) : {};
}

function wanted(text: string, { weight, headerRouting, tls, kubeProxyMode }: OptionalStages): Optional {
  const { secondVersion } = optionalOf(text);
  return {
    ...(secondVersion !== undefined && { secondVersion }),
    ...(weight !== null && { trafficSplit: { weight } }),
    ...(headerRouting && { headerRouting }),
    ...(tls && { tls }),
    ...(kubeProxyMode && { kubeProxyMode }),
  };
}

function withWeight(own: Optional, weight: number): Optional {
  return { ...own, trafficSplit: { weight } };
}

function flow(value: Optional): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
}

function splice(text: string, [from, to]: readonly [number, number, ...unknown[]], by: string): string {
  return text.slice(0, from) + by + text.slice(to);
}
