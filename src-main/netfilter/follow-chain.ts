import { ipv4Address, port as portValue } from '../facts/network-values.ts';
import type { Action, Condition, Rule, Ruleset } from './ruleset.ts';

/** Where a chain sends packets. */
export interface ChainEnd {
  /** The packet's new destination: `10.244.1.3:8080`. */
  readonly address: string;
  /** How likely it is chosen, 0 to 1. */
  readonly share: number;
}

/** Deeper than this no ruleset goes that the kernel accepts. */
const DEEPEST = 16;

/** The chains that a packet from outside passes from this one on: as long as one leads into another alone. */
export function chainsFrom(rules: Ruleset, table: string, chain: string, depth = 0): readonly string[] {
  const of = (name: string): readonly Rule[] => rules.chains.get(`${table} ${name}`) ?? [];
  if (depth > DEEPEST || of(chain).some(redirects)) return [chain];
  const onward = of(chain).filter((rule) => !isNarrow(rule) && shareOf(rule) === 1);
  const next = onward
    .flatMap(({ actions }) => actions.flatMap(targetsOf))
    .find(
      (name) => !of(name).some((rule) => rule.actions.some(({ kind }) => kind === 'dnat')) && leads(rules, table, name),
    );
  return next === undefined ? [chain] : [chain, ...chainsFrom(rules, table, next, depth + 1)];
}

/** More than a kernel leads to: each chain is followed once, and a ruleset that is made to grow without end is refused. */
const MOST_ENDS = 20_000;

const followed = new WeakMap<Ruleset, Map<string, readonly ChainEnd[]>>();

/**
 * Where a chain leads a packet from outside. Each rule takes its share of what those before it have left. @throws Error where
 * that is more than any kernel has
 */
export function endsOf(rules: Ruleset, table: string, chain: string): readonly ChainEnd[] {
  const known = followed.get(rules) ?? new Map<string, readonly ChainEnd[]>();
  followed.set(rules, known);
  const key = `${table} ${chain}`;
  const found = known.get(key);
  if (found) return found;
  known.set(key, []); // until it is known: a loop leads nowhere
  const ends = followRules(rules, table, chain);
  known.set(key, ends);
  return ends;
}

function followRules(rules: Ruleset, table: string, chain: string): readonly ChainEnd[] {
  const ends: ChainEnd[] = [];
  let left = 1;
  for (const rule of rules.chains.get(`${table} ${chain}`) ?? []) {
    if (isNarrow(rule)) continue;
    const found = rule.actions.flatMap((action) => endsOfAction(action, (name) => endsOf(rules, table, name)));
    if (found.length === 0) continue;
    const share = left * shareOf(rule);
    left -= share;
    for (const end of found) ends.push({ ...end, share: end.share * share });
    if (ends.length > MOST_ENDS) throw new Error(`chain ${chain} has too many possible ends`);
  }
  return ends;
}

function leads(rules: Ruleset, table: string, chain: string): boolean {
  return endsOf(rules, table, chain).length > 0;
}

function endsOfAction(action: Action, inside: (chain: string) => readonly ChainEnd[]): readonly ChainEnd[] {
  if (action.kind === 'jump' || action.kind === 'goto') return inside(action.chain);
  if (action.kind === 'dnat') {
    const to = ipv4Address.parse(action.address);
    return [{ address: action.port === undefined ? to : `${to}:${portValue.parse(action.port)}`, share: 1 }];
  }
  if (action.kind !== 'choose') return [];
  return action.options.flatMap((option) =>
    endsOfAction(option, inside).map((end) => ({ ...end, share: end.share / action.options.length })),
  );
}

/** Chooses one of several destinations itself. */
function redirects({ actions }: Rule): boolean {
  return actions.some(({ kind }) => kind === 'dnat' || kind === 'choose');
}

function targetsOf(action: Action): readonly string[] {
  return action.kind === 'jump' || action.kind === 'goto' ? [action.chain] : [];
}

/** Whether only some packets from outside take it: by their source, or because the client is remembered. */
function isNarrow({ conditions }: Rule): boolean {
  return conditions.some((condition) => NARROW.has(condition.kind) || isSource(condition));
}

const NARROW = new Set<Condition['kind']>(['remembered', 'mark', 'interface', 'unknown', 'member']);

function isSource(condition: Condition): boolean {
  return (condition.kind === 'network' || condition.kind === 'local') && condition.field === 'source';
}

function shareOf({ conditions }: Rule): number {
  return conditions.reduce((share, one) => (one.kind === 'chance' ? share * one.probability : share), 1);
}
