import { z } from 'zod';
import { jsonEntries, jsonEntry } from '../facts/json-entries.ts';
import { actionOf, readStatements } from './nft-statements.ts';
import { elementOf, property } from './nft-values.ts';
import type { BaseChain, Hook, MapElement, Rule, Ruleset } from './ruleset.ts';

const HOOKS = ['prerouting', 'input', 'forward', 'output', 'postrouting'] as const;

const chainSchema = z.object({
  family: z.string(),
  table: z.string(),
  name: z.string(),
  type: z.string().optional(),
  hook: z.string().optional(),
  prio: z.number().default(0),
  policy: z.string().default('accept'),
});
const ruleSchema = z.object({
  family: z.string(),
  table: z.string(),
  chain: z.string(),
  comment: z.string().default(''),
  expr: z.array(z.unknown()).default([]),
});
const setSchema = z.object({
  family: z.string(),
  table: z.string(),
  name: z.string(),
  elem: z.array(z.unknown()).default([]),
});

const listingSchema = z.object({
  nftables: z.array(
    z.looseObject({
      chain: chainSchema.optional(),
      rule: ruleSchema.optional(),
      set: setSchema.optional(),
      map: setSchema.optional(),
    }),
  ),
});

/**
 * IPv4 rules as `nft -j list table ip NAME` and `nft -j list ruleset` print them; tables of other families are left out.
 * Format: libnftables-json(5).
 */
export function parseNft(text: string): Ruleset {
  const { nftables } = listingSchema.parse(JSON.parse(text));
  const bases: BaseChain[] = [];
  const chains = new Map<string, Rule[]>();
  const sets = new Map<string, readonly (readonly string[])[]>();
  const maps = new Map<string, readonly MapElement[]>();
  const sources = jsonEntries(jsonEntry(text, 'nftables')?.value ?? '');
  for (const [index, { chain, rule, set, map }] of nftables.entries()) {
    if (chain && isIpv4(chain)) {
      chains.set(`${chain.table} ${chain.name}`, chains.get(`${chain.table} ${chain.name}`) ?? []);
      bases.push(...baseOf(chain));
    }
    if (set && isIpv4(set)) sets.set(`${set.table} ${set.name}`, set.elem.map(elementOf));
    if (map && isIpv4(map)) {
      const texts = jsonEntries(jsonEntry(sources[index]?.source ?? '', 'map', 'elem')?.value ?? '');
      const elements = map.elem.flatMap((element, place) => mapElement(element, texts[place]?.source ?? ''));
      maps.set(`${map.table} ${map.name}`, elements);
    }
    if (rule && isIpv4(rule)) {
      const key = `${rule.table} ${rule.chain}`;
      chains.set(key, [...(chains.get(key) ?? []), ruleOf(rule, sources[index]?.source ?? '', sets)]);
    }
  }
  return { bases, chains, sets, maps };
}

function isIpv4({ family }: { family: string }): boolean {
  return family === 'ip' || family === 'inet';
}

function baseOf({ table, name, type, hook, prio, policy }: z.infer<typeof chainSchema>): BaseChain[] {
  const known = HOOKS.find((one): one is Hook => one === hook);
  if (known === undefined) return [];
  const kind = type === 'nat' ? 'nat' : 'filter';
  return [{ table, name, kind, hook: known, priority: prio, policy: policy === 'drop' ? 'drop' : 'accept' }];
}

function mapElement(element: unknown, text: string): MapElement[] {
  if (!Array.isArray(element)) return [];
  const [key, value] = element as unknown[];
  const action = actionOf(value);
  const comment = property(key, 'elem', 'comment');
  return action ? [{ text, key: elementOf(key), action, comment: typeof comment === 'string' ? comment : '' }] : [];
}

type Sets = Map<string, readonly (readonly string[])[]>;

/** An anonymous set of a rule becomes a set of its table, named by the rule's place. */
function ruleOf(rule: z.infer<typeof ruleSchema>, text: string, sets: Sets): Rule {
  const nameSet = (elements: readonly (readonly string[])[]): string => {
    const name = `anonymous ${sets.size}`;
    sets.set(`${rule.table} ${name}`, elements);
    return name;
  };
  const { conditions, actions } = readStatements(rule.expr, nameSet);
  return { text, comment: rule.comment, conditions, actions };
}
