import type { Action, Condition, MapElement, Rule, Ruleset } from '../netfilter/ruleset.ts';

/**
 * A rule of nft's JSON in short, in the words of nft's own language; undefined: it remembers something besides (session affinity), for which
 * there are none here. @param table whose sets its conditions name
 */
export function ruleInWords(
  { text, conditions, actions }: Rule,
  table: string,
  { sets }: Pick<Ruleset, 'sets'>,
): string | undefined {
  if (text.includes('{"set": {"op"')) return undefined;
  const words = [
    ...conditions.map((condition) => conditionInWords(condition, (name) => sets.get(`${table} ${name}`))),
    ...actions.map(actionInWords),
  ];
  return words.join(' ');
}

/** `10.96.0.10 . udp . 53 : goto service-…`. */
export function elementInWords({ key, action }: MapElement): string {
  return `${key.join(' . ')} : ${actionInWords(action)}`;
}

const FIELDS = {
  source: 'ip saddr',
  destination: 'ip daddr',
  protocol: 'meta l4proto',
  'source-port': 'th sport',
  'destination-port': 'th dport',
} as const;

type Sets = (name: string) => readonly (readonly string[])[] | undefined;

function conditionInWords(condition: Condition, sets: Sets): string {
  if (condition.kind === 'unknown') return condition.text;
  if (condition.kind === 'chance') return `at ${(condition.probability * 100).toFixed(0)} %`;
  const not = condition.negated ? '!= ' : '';
  switch (condition.kind) {
    case 'network':
      return `${FIELDS[condition.field]} ${not}${condition.network}`;
    case 'protocol':
      return `meta l4proto ${not}${condition.protocol}`;
    case 'port': {
      const ranges = condition.ranges.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`));
      return `${FIELDS[condition.field]} ${not}${ranges.join(',')}`;
    }
    case 'interface':
      return `${condition.side === 'in' ? 'iifname' : 'oifname'} ${not}${condition.name}`;
    case 'mark':
      return `meta mark & ${hex(condition.mask)} ${condition.negated ? '!=' : '=='} ${hex(condition.value)}`;
    case 'state':
      return `ct state ${not}${condition.states.join(',')}`;
    case 'local':
      return `fib ${condition.field === 'source' ? 'saddr' : 'daddr'} type ${not}local`;
    case 'member': {
      const fields = condition.fields.map((field) => FIELDS[field]).join(' . ');
      const elements = condition.set.startsWith('anonymous ') ? sets(condition.set) : undefined;
      const set = elements ? `{ ${elements.map((element) => element.join(' . ')).join(', ')} }` : `@${condition.set}`;
      return `${fields} ${not}${set}`;
    }
    case 'remembered':
      return `recent ${not}${condition.list}`;
    case 'ip-set':
      return `set ${not}${condition.set} ${condition.directions.join(',')}`;
  }
}

function actionInWords(action: Action): string {
  switch (action.kind) {
    case 'jump':
    case 'goto':
      return `${action.kind} ${action.chain}`;
    case 'dnat':
      return `dnat to ${action.address}${action.port === undefined ? '' : `:${action.port}`}`;
    case 'mark':
      return `meta mark set ${markInWords(action)}`;
    case 'choose':
      return `numgen random mod ${action.options.length} vmap { ${action.options.map(actionInWords).join(', ')} }`;
    case 'look-up':
      return `${action.fields.map((field) => FIELDS[field]).join(' . ')} vmap @${action.map}`;
    case 'accept':
    case 'drop':
    case 'masquerade':
    case 'reject':
    case 'return':
      return action.kind;
  }
}

function markInWords({ keep, flip }: Extract<Action, { kind: 'mark' }>): string {
  if (keep === 0xff_ff_ff_ff) return `mark ^ ${hex(flip)}`;
  return ~keep >>> 0 === flip ? `mark | ${hex(flip)}` : `mark & ${hex(keep)} ^ ${hex(flip)}`;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
