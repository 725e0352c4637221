import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type YAMLSeq } from 'yaml';
import { composeYaml } from './compose-yaml.ts';
import { flowMapping, scalar } from './flow-yaml.ts';
import { isSameButFor, readLabDocument } from './lab-document.ts';

/** A worker that comes into a lab file; its address may be an alias of `~/.ssh/config`. */
export interface NewWorker {
  readonly name: string;
  readonly address: string;
}

type Nodes = YAMLSeq.Parsed;
type Values = readonly unknown[];

/**
 * The text of a lab file with further workers at the end of its nodes, written as the last one is; every other character stays.
 * Undefined where the list cannot be continued in place: it is an alias, for example.
 */
export function withWorkers(text: string, workers: readonly NewWorker[]): string | undefined {
  const nodes = nodesOf(text);
  const last = nodes?.items.at(-1);
  if (!nodes || !last) return undefined;
  const added = workers.map(({ name, address }) => ({ name, role: 'worker', address }));
  const edited = nodes.flow === true ? inFlow(text, nodes, added) : inBlock(text, nodes, added);
  return verified(text, edited, (before) => [...before, ...added]);
}

/** The text of a lab file without a node: its own lines go, comments above it stay. Undefined where that cannot be done in place. */
export function withoutNode(text: string, name: string): string | undefined {
  const nodes = nodesOf(text);
  const index = valuesOf(text).findIndex((node) => nameOf(node) === name);
  if (!nodes || index === -1) return undefined;
  const [from, to] = nodes.flow === true ? flowSpan(nodes, index) : blockSpan(text, nodes, index);
  return verified(text, text.slice(0, from) + text.slice(to), (before) => before.filter((_, at) => at !== index));
}

/**
 * The text of a lab file with other addresses for some of its nodes, by name; every other character stays. Undefined where that cannot
 * be done in place.
 */
export function withAddresses(text: string, addresses: ReadonlyMap<string, string>): string | undefined {
  const nodes = nodesOf(text);
  if (!nodes) return undefined;
  const names = valuesOf(text).map((node) => String(nameOf(node)));
  let edited = text;
  // from the end: what stands before stays where it was
  for (const [index, item] of [...nodes.items.entries()].reverse()) {
    const address = addresses.get(names[index] ?? '');
    const written = isMap(item)
      ? item.items.find(({ key }) => isScalar(key) && key.value === 'address')?.value
      : undefined;
    if (address === undefined || !isScalar(written)) continue;
    const [from, to] = written.range;
    edited = edited.slice(0, from) + scalar(address) + edited.slice(to);
  }
  return verified(text, edited, (before) =>
    before.map((node, index) => {
      const address = addresses.get(names[index] ?? '');
      return address === undefined ? node : { ...(node as object), address };
    }),
  );
}

/** The list of nodes, where it is written under its key. */
function nodesOf(text: string): Nodes | undefined {
  const contents = composeYaml(text)?.documents[0]?.contents;
  const nodes = isMap(contents)
    ? contents.items.find(({ key }) => isScalar(key) && key.value === 'nodes')?.value
    : undefined;
  return isSeq(nodes) ? nodes : undefined;
}

function valuesOf(text: string): Values {
  const document = readLabDocument(text);
  const value = 'problems' in document ? undefined : document.value;
  const nodes: unknown = typeof value === 'object' && value !== null && 'nodes' in value ? value.nodes : undefined;
  return Array.isArray(nodes) ? nodes : [];
}

function nameOf(node: unknown): unknown {
  return typeof node === 'object' && node !== null && 'name' in node ? node.name : undefined;
}

/** An edit that changed the nodes as it was meant to, and nothing else. */
function verified(before: string, after: string, edit: (nodes: Values) => Values): string | undefined {
  return isSameButFor(before, after, { nodes: edit(valuesOf(before)) }) ? after : undefined;
}

function inBlock(text: string, nodes: Nodes, added: readonly Record<string, string>[]): string {
  const last = nodes.items.length - 1;
  const dash = dashOf(nodes, last);
  const item = nodes.items[last];
  const indent = text.slice(lineStart(text, dash), dash);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const content = item?.range[0] ?? dash;
  const gap = text.slice(dash + 1, content).includes('\n') ? ' ' : ' '.repeat(Math.max(1, content - dash - 1));
  const inLines = isMap(item) && item.flow !== true;
  const lines = added.map((node) =>
    inLines
      ? Object.entries(node)
          .map(([key, value], at) => `${indent}${at === 0 ? `-${gap}` : ` ${gap}`}${key}: ${scalar(value)}`)
          .join(newline)
      : `${indent}-${gap}${flowMapping(node)}`,
  );
  const end = lineEnd(text, endOf(item));
  const before = text.slice(0, end);
  return `${before}${before.endsWith('\n') ? '' : newline}${lines.join(newline)}${newline}${text.slice(end)}`;
}

function inFlow(text: string, { items }: Nodes, added: readonly Record<string, string>[]): string {
  const [one, other] = items.slice(-2);
  const between = one && other ? text.slice(one.range[1], other.range[0]) : ', ';
  const separator = /^\s*,\s*$/.test(between) ? between : ', ';
  const end = items.at(-1)?.range[1] ?? 0;
  return text.slice(0, end) + added.map((node) => separator + flowMapping(node)).join('') + text.slice(end);
}

function blockSpan(text: string, nodes: Nodes, index: number): readonly [number, number] {
  return [lineStart(text, dashOf(nodes, index)), lineEnd(text, endOf(nodes.items[index]))];
}

function flowSpan({ items }: Nodes, index: number): readonly [number, number] {
  const [before, item, after] = [items[index - 1], items[index], items[index + 1]];
  if (before) return [before.range[1], item?.range[1] ?? before.range[1]];
  return [item?.range[0] ?? 0, after?.range[0] ?? item?.range[1] ?? 0];
}

/** Where an item of a list in lines has its dash. */
function dashOf(nodes: Nodes, index: number): number {
  const token = nodes.srcToken;
  const item = token?.type === 'block-seq' ? token.items.filter(({ value }) => value)[index] : undefined;
  return item?.start.find(({ type }) => type === 'seq-item-ind')?.offset ?? 0;
}

/** The end of what a node says, without what follows it on its line. */
function endOf(node: ParsedNode | null | undefined): number {
  if (!node) return 0;
  if (isAlias(node) || isScalar(node) || node.flow === true) return node.range[1];
  const last = isSeq(node) ? node.items.at(-1) : node.items.at(-1);
  if (!last) return node.range[1];
  return 'key' in last ? endOf(last.value ?? last.key) : endOf(last);
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** After the line break. */
function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at === -1 ? text.length : at + 1;
}
