import { isIPv4 } from 'node:net';
import { conditionOf, type NameSet } from './nft-match.ts';
import { elementOf, fieldsOf, property } from './nft-values.ts';
import type { Action, Condition } from './ruleset.ts';

/** The statements of a rule: matches until one of them acts. What Hoplab does not know is kept as an unknown condition. */
export function readStatements(
  statements: readonly unknown[],
  nameSet: NameSet,
): { conditions: readonly Condition[]; actions: readonly Action[] } {
  const conditions: Condition[] = [];
  const actions: Action[] = [];
  for (const statement of statements) {
    const match = property(statement, 'match');
    if (match !== undefined) conditions.push(conditionOf(match, nameSet));
    else if (!isIdle(statement)) {
      const action = actionOf(statement);
      if (action) actions.push(action);
      else conditions.push({ kind: 'unknown', text: JSON.stringify(statement) });
    }
  }
  return { conditions, actions };
}

/** Statements that change nothing about where a packet goes. `set` remembers a client, for session affinity. */
function isIdle(statement: unknown): boolean {
  return ['counter', 'log', 'limit', 'set'].some((name) => property(statement, name) !== undefined);
}

const VERDICTS = ['accept', 'drop', 'return', 'reject', 'masquerade'] as const;

/** One statement that acts, or the verdict of a map; undefined: Hoplab does not know it. */
export function actionOf(statement: unknown): Action | undefined {
  for (const kind of ['jump', 'goto'] as const) {
    const chain = property(statement, kind, 'target');
    if (typeof chain === 'string') return { kind, chain };
  }
  // the verdict's own value is null
  const keys = typeof statement === 'object' && statement !== null ? Object.keys(statement) : [];
  const verdict = VERDICTS.find((name) => keys.includes(name));
  if (verdict) return { kind: verdict };
  const mangle = property(statement, 'mangle');
  if (mangle !== undefined) return markOf(mangle);
  const dnat = property(statement, 'dnat');
  if (dnat !== undefined) return dnatOf(dnat);
  const vmap = property(statement, 'vmap');
  return vmap === undefined ? undefined : lookUpOf(vmap);
}

/** `meta mark set meta mark | 0x4000`, and the same with `^` or `&`. */
function markOf(mangle: unknown): Action | undefined {
  if (property(mangle, 'key', 'meta', 'key') !== 'mark') return undefined;
  const value = property(mangle, 'value');
  if (typeof value === 'number') return { kind: 'mark', keep: 0, flip: value };
  const operand = (operator: string): number | undefined => {
    const operands = property(value, operator);
    const found = Array.isArray(operands) ? (operands as unknown[])[1] : undefined;
    return typeof found === 'number' ? found : undefined;
  };
  const [or, flip, and] = [operand('|'), operand('^'), operand('&')];
  if (or !== undefined) return { kind: 'mark', keep: ~or >>> 0, flip: or };
  if (flip !== undefined) return { kind: 'mark', keep: 0xffffffff, flip };
  return and === undefined ? undefined : { kind: 'mark', keep: and, flip: 0 };
}

/** `dnat to 10.244.1.2:9443`, or one of several: `dnat ip to numgen random mod 3 map { 0 : 10.244.1.15 . 8080, … }`. */
function dnatOf(dnat: unknown): Action | undefined {
  const address = property(dnat, 'addr');
  const port = property(dnat, 'port');
  if (typeof address === 'string') return toAddress(address, typeof port === 'number' ? port : undefined);
  const map = property(address, 'map');
  if (property(map, 'key', 'numgen', 'mode') !== 'random') return undefined;
  const options = pairsOf(property(map, 'data')).map(([, value]) => {
    const [to = '', toPort] = elementOf(value);
    return toAddress(to, toPort === undefined ? undefined : Number(toPort));
  });
  return options.every((option) => option !== undefined) ? { kind: 'choose', options } : undefined;
}

/** Undefined: it is no address, and goes on into no other rule. */
function toAddress(address: string, port: number | undefined): Action | undefined {
  return isIPv4(address) ? { kind: 'dnat', address, port } : undefined;
}

/** `… vmap @service-ips`, or one of several: `numgen random mod 2 vmap { 0 : goto …, 1 : goto … }`. */
function lookUpOf(vmap: unknown): Action | undefined {
  const data = property(vmap, 'data');
  if (property(vmap, 'key', 'numgen', 'mode') === 'random') {
    const options = pairsOf(data).map(([, value]) => actionOf(value));
    return options.every((option) => option !== undefined) ? { kind: 'choose', options } : undefined;
  }
  const fields = fieldsOf(property(vmap, 'key'));
  const named = typeof data === 'string' && data.startsWith('@');
  return fields && named ? { kind: 'look-up', fields, map: data.slice(1) } : undefined;
}

function pairsOf(data: unknown): readonly [unknown, unknown][] {
  const pairs = property(data, 'set');
  return Array.isArray(pairs) ? (pairs as [unknown, unknown][]) : [];
}
