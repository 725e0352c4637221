import { isIPv4 } from 'node:net';
import { ipv4Endpoint } from '../facts/network-values.ts';
import type { Action, Condition, Rule } from './ruleset.ts';

/** The words of a rule that are still to be read. */
class Words {
  readonly #words: readonly string[];
  #next = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  take(): string {
    const word = this.#words[this.#next] ?? '';
    this.#next += 1;
    return word;
  }

  get left(): boolean {
    return this.#next < this.#words.length;
  }

  /** The words up to the next option: the arguments of an option that is not known. */
  takeArguments(): readonly string[] {
    const found: string[] = [];
    while (this.left && !/^(?:-|!$)/.test(this.#words[this.#next] ?? '-')) found.push(this.take());
    return found;
  }
}

interface Draft {
  comment: string;
  readonly conditions: Condition[];
  target: string;
  goto: boolean;
  /** Options of the target. */
  readonly options: Map<string, string>;
  recent: { check: boolean; negated: boolean } | undefined;
}

/** A line `-A CHAIN …` of `iptables-save`. Matches that Hoplab does not know become `unknown` conditions. */
export function readRule(line: string): Rule {
  const words = new Words(split(line).slice(2));
  const draft: Draft = {
    comment: '',
    conditions: [],
    target: '',
    goto: false,
    options: new Map(),
    recent: undefined,
  };
  while (words.left) {
    const first = words.take();
    const negated = first === '!';
    readOption(negated ? words.take() : first, negated, { words, draft });
  }
  const to = draft.options.get('--to-destination');
  if (to !== undefined && !isDestination(to))
    draft.conditions.push({ kind: 'unknown', text: `--to-destination ${to}` });
  return { text: line, comment: draft.comment, conditions: draft.conditions, actions: actionsOf(draft) };
}

/** One address, with or without a port: ranges are not followed, and nothing else goes on into other rules. */
function isDestination(word: string): boolean {
  return isIPv4(word) || ipv4Endpoint.safeParse(word).success;
}

/** Double quotes keep words together, a backslash what follows it. Source: xtables_save_string in libxtables. */
function split(line: string): readonly string[] {
  const found = line.match(/"(?:\\.|[^"\\])*"|\S+/g) ?? [];
  return found.map((word) => (word.startsWith('"') ? word.slice(1, -1).replaceAll(/\\(.)/g, '$1') : word));
}

interface Rest {
  readonly words: Words;
  readonly draft: Draft;
}

/** Options that say nothing about whether a rule matches one packet, with how many arguments each has. */
const IDLE: Readonly<Record<string, number>> = {
  '--nfacct-name': 1,
  '--mode': 1,
  '--seconds': 1,
  '--reap': 0,
  '--mask': 1,
  '--rsource': 0,
  '--limit': 1,
  '--limit-burst': 1,
  '-m': 1,
};

/** Options of targets, with how many arguments each has. */
const TARGET_OPTIONS: Readonly<Record<string, number>> = {
  '--to-destination': 1,
  '--set-xmark': 1,
  '--random-fully': 0,
  '--random': 0,
  '--persistent': 0,
  '--reject-with': 1,
  '--to-ports': 1,
  '--to-source': 1,
  '--log-prefix': 1,
  '--log-level': 1,
};

/** Of the table itself: a text may be called `valueOf`. */
function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function readOption(option: string, negated: boolean, { words, draft }: Rest): void {
  const { conditions } = draft;
  const condition = own(CONDITIONS, option);
  if (option === '--comment') draft.comment = words.take();
  else if (option === '-j' || option === '-g') {
    draft.target = words.take();
    draft.goto = option === '-g';
  } else if (option === '--rcheck' || option === '--update') draft.recent = { check: true, negated };
  else if (option === '--set') draft.recent = { check: false, negated };
  else if (option === '--name') {
    const list = words.take();
    if (draft.recent?.check === true) {
      conditions.push({ kind: 'remembered', list, negated: draft.recent.negated });
    }
  } else if (option === '--match-set') {
    const set = words.take();
    const directions = words
      .take()
      .split(',')
      .filter((one) => one === 'src' || one === 'dst');
    conditions.push({ kind: 'ip-set', set, directions, negated });
  } else if (condition) conditions.push(condition(words.take(), negated));
  else if (own(IDLE, option) !== undefined) skip(words, IDLE[option] ?? 0);
  else if (own(TARGET_OPTIONS, option) !== undefined) {
    const count = TARGET_OPTIONS[option] ?? 0;
    draft.options.set(option, count === 0 ? '' : words.take());
  } else {
    const text = [negated ? '!' : '', option, ...words.takeArguments()].filter(Boolean).join(' ');
    conditions.push({ kind: 'unknown', text });
  }
}

function skip(words: Words, count: number): void {
  for (let index = 0; index < count; index += 1) words.take();
}

type Reader = (word: string, negated: boolean) => Condition;

const CONDITIONS: Readonly<Record<string, Reader | undefined>> = {
  '-s': (network, negated) => ({ kind: 'network', field: 'source', network, negated }),
  '-d': (network, negated) => ({ kind: 'network', field: 'destination', network, negated }),
  '-p': (protocol, negated) => ({ kind: 'protocol', protocol, negated }),
  '-i': (name, negated) => ({ kind: 'interface', side: 'in', name, negated }),
  '-o': (name, negated) => ({ kind: 'interface', side: 'out', name, negated }),
  '--dport': (ports, negated) => port('destination-port', ports, negated),
  '--dports': (ports, negated) => port('destination-port', ports, negated),
  '--sport': (ports, negated) => port('source-port', ports, negated),
  '--sports': (ports, negated) => port('source-port', ports, negated),
  '--ctstate': (states, negated) => ({ kind: 'state', states: states.toLowerCase().split(','), negated }),
  '--state': (states, negated) => ({ kind: 'state', states: states.toLowerCase().split(','), negated }),
  '--ctstatus': (states, negated) => ({ kind: 'state', states: states.toLowerCase().split(','), negated }),
  '--src-type': (type, negated) => addressType('source', type, negated),
  '--dst-type': (type, negated) => addressType('destination', type, negated),
  '--probability': (word) => ({ kind: 'chance', probability: Number(word) }),
  '--mark': (word, negated) => {
    const [value = '0', mask = '0xffffffff'] = word.split('/');
    return { kind: 'mark', mask: Number(mask), value: Number(value), negated };
  },
};

function port(field: 'source-port' | 'destination-port', words: string, negated: boolean): Condition {
  const ranges = words.split(',').map((word) => {
    const [first = 0, last = first] = word.split(':').map(Number);
    return { first, last };
  });
  return { kind: 'port', field, ranges, negated };
}

function addressType(field: 'source' | 'destination', type: string, negated: boolean): Condition {
  if (type === 'LOCAL') return { kind: 'local', field, negated };
  return { kind: 'unknown', text: `addrtype ${field} ${type}` };
}

function actionsOf({ target, goto, options }: Draft): readonly Action[] {
  switch (target) {
    case '':
    case 'LOG':
    case 'NFLOG':
      return [];
    case 'ACCEPT':
    case 'DROP':
    case 'REJECT':
    case 'RETURN':
    case 'MASQUERADE':
      return [{ kind: target.toLowerCase() as 'accept' | 'drop' | 'reject' | 'return' | 'masquerade' }];
    case 'MARK':
      return [markOf(options.get('--set-xmark') ?? '0/0')];
    case 'DNAT':
      return [destinationOf(options.get('--to-destination') ?? '')];
    default:
      return [{ kind: goto ? 'goto' : 'jump', chain: target }];
  }
}

/** `--set-xmark value/mask`: the bits of the mask are cleared, then the value is flipped in. */
function markOf(word: string): Action {
  const [value = '0', mask = '0xffffffff'] = word.split('/');
  return { kind: 'mark', keep: ~Number(mask) >>> 0, flip: Number(value) };
}

function destinationOf(word: string): Action {
  const [address = '', port] = word.split(':');
  return { kind: 'dnat', address, port: port === undefined ? undefined : Number(port) };
}
