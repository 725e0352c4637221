import { readRule } from './iptables-rule.ts';
import type { BaseChain, Hook, Rule, Ruleset } from './ruleset.ts';

/** Where the kernel calls each table's built-in chains. Source: include/uapi/linux/netfilter_ipv4.h, iptables/nft.c. */
const PRIORITIES: Readonly<Record<string, number>> = { raw: -300, mangle: -150, filter: 0, security: 50 };

const HOOKS: Readonly<Record<string, Hook>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
};

/** Rules as `iptables-save` prints them: `*table`, `:CHAIN POLICY [0:0]`, `-A CHAIN …`. */
export function parseIptables(text: string): Ruleset {
  const bases: BaseChain[] = [];
  const chains = new Map<string, Rule[]>();
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim();
    else if (line.startsWith(':')) declare(line, table, { bases, chains });
    else if (line.startsWith('-A ')) {
      const chain = line.split(' ', 2)[1] ?? '';
      chainOf(chains, `${table} ${chain}`).push(readRule(line));
    }
  }
  return { bases, chains, sets: new Map(), maps: new Map() };
}

function declare(line: string, table: string, { bases, chains }: { bases: BaseChain[]; chains: Map<string, Rule[]> }) {
  const [name = '', policy = ''] = line.slice(1).split(' ');
  chainOf(chains, `${table} ${name}`);
  const hook = HOOKS[name];
  if (hook === undefined || policy === '-') return;
  const kind = table === 'nat' ? 'nat' : 'filter';
  const priority = kind === 'nat' ? natPriority(hook) : (PRIORITIES[table] ?? 0);
  bases.push({ table, name, kind, hook, priority, policy: policy === 'DROP' ? 'drop' : 'accept' });
}

function natPriority(hook: Hook): number {
  return hook === 'prerouting' || hook === 'output' ? -100 : 100;
}

function chainOf(chains: Map<string, Rule[]>, key: string): Rule[] {
  const found = chains.get(key) ?? [];
  chains.set(key, found);
  return found;
}
