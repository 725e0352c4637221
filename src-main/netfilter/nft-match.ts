import { elementOf, fieldOf, fieldsOf, property } from './nft-values.ts';
import type { Condition } from './ruleset.ts';

/** Gives the elements of an anonymous set a name, in the table of the rule. */
export type NameSet = (elements: readonly (readonly string[])[]) => string;

/** One `match` of a rule. What Hoplab does not know becomes an unknown condition. */
export function conditionOf(match: unknown, nameSet: NameSet): Condition {
  const left = property(match, 'left');
  const right = property(match, 'right');
  const negated = property(match, 'op') === '!=';
  return (
    stateOf(left, right, negated) ??
    markOf(left, right, negated) ??
    interfaceOf(left, right, negated) ??
    localOf(left, right, negated) ??
    memberOf(match, nameSet) ?? { kind: 'unknown', text: JSON.stringify(match) }
  );
}

function stateOf(left: unknown, right: unknown, negated: boolean): Condition | undefined {
  const key = property(left, 'ct', 'key');
  if (key !== 'state' && key !== 'status') return undefined;
  return { kind: 'state', states: wordsOf(right), negated };
}

function wordsOf(right: unknown): readonly string[] {
  const several = property(right, 'set') ?? right;
  return (Array.isArray(several) ? several : [several]).filter((word) => typeof word === 'string');
}

/** `meta mark & 0x4000 != 0`, and `meta mark 0x4000`. */
function markOf(left: unknown, right: unknown, negated: boolean): Condition | undefined {
  if (typeof right !== 'number') return undefined;
  if (property(left, 'meta', 'key') === 'mark') {
    return { kind: 'mark', mask: 0xffffffff, value: right, negated };
  }
  const operands = property(left, '&');
  const [of, mask] = Array.isArray(operands) ? (operands as unknown[]) : [];
  if (property(of, 'meta', 'key') !== 'mark' || typeof mask !== 'number') return undefined;
  return { kind: 'mark', mask, value: right, negated };
}

function interfaceOf(left: unknown, right: unknown, negated: boolean): Condition | undefined {
  const key = property(left, 'meta', 'key');
  if ((key !== 'iifname' && key !== 'oifname') || typeof right !== 'string') return undefined;
  return { kind: 'interface', side: key === 'iifname' ? 'in' : 'out', name: right.replace(/\*$/, '+'), negated };
}

/** `fib saddr type local`. */
function localOf(left: unknown, right: unknown, negated: boolean): Condition | undefined {
  if (property(left, 'fib', 'result') !== 'type' || right !== 'local') return undefined;
  const flags = wordsOf(property(left, 'fib', 'flags'));
  return { kind: 'local', field: flags.includes('saddr') ? 'source' : 'destination', negated };
}

function memberOf(match: unknown, nameSet: NameSet): Condition | undefined {
  const fields = fieldsOf(property(match, 'left'));
  if (!fields) return undefined;
  const right = property(match, 'right');
  const negated = property(match, 'op') === '!=';
  if (typeof right === 'string' && right.startsWith('@')) {
    return { kind: 'member', fields, set: right.slice(1), negated };
  }
  const several = property(right, 'set');
  if (Array.isArray(several)) return { kind: 'member', fields, set: nameSet(several.map(elementOf)), negated };
  return singleOf(match, negated);
}

function singleOf(match: unknown, negated: boolean): Condition | undefined {
  const field = fieldOf(property(match, 'left'));
  const [word = ''] = elementOf(property(match, 'right'));
  switch (field) {
    case 'source':
    case 'destination':
      return { kind: 'network', field, network: word, negated };
    case 'protocol':
      return { kind: 'protocol', protocol: word, negated };
    case 'source-port':
    case 'destination-port': {
      const [first = 0, last = first] = word.split('-').map(Number);
      return { kind: 'port', field, ranges: [{ first, last }], negated };
    }
    case undefined:
      return undefined;
  }
}
