import { isElement, likelihood, valueOf, type Flow, type Surroundings } from './matching.ts';
import type { Action, BaseChain, Hook, MapElement, Rule, Ruleset } from './ruleset.ts';

/** One rule that a packet met and that did something. */
export interface Step {
  readonly table: string;
  readonly chain: string;
  readonly rule: Rule;
  /** What it did; of several that it may choose, the one that was. */
  readonly action: Action;
  /** Of a map that it looked into: what it found there. */
  readonly element: MapElement | undefined;
}

/** One of the ways that a packet may take through a hook. */
export interface Outcome {
  /** 0 to 1. */
  readonly probability: number;
  readonly flow: Flow;
  readonly verdict: 'accept' | 'drop' | 'reject';
  readonly steps: readonly Step[];
  /** Rules that Hoplab cannot judge: it went on as if they did not match. */
  readonly unjudged: readonly Rule[];
}

interface Live extends Omit<Outcome, 'verdict'> {
  /** How the chain was left; undefined: not yet. */
  readonly left: 'return' | 'accept' | 'drop' | 'reject' | undefined;
}

/** Deeper than this no ruleset goes that the kernel accepts. */
const DEEPEST = 16;

/**
 * Every way of the first packet of a flow through all chains of a hook, in the order of the rules. Chains of `nat` are
 * skipped once one of them has decided, as nf_nat_inet_fn of the kernel does.
 */
export function passHook(
  rules: Ruleset,
  hook: Hook,
  flow: Flow,
  around: Omit<Surroundings, 'set' | 'ipSet'>,
): readonly Outcome[] {
  const bases = rules.bases.filter((base) => base.hook === hook).sort((one, other) => one.priority - other.priority);
  let running: readonly Live[] = [{ probability: 1, flow, steps: [], unjudged: [], left: undefined }];
  const decided: Live[] = [];
  for (const base of bases) {
    const walk = new Walk(rules, base.table, around);
    const next: Live[] = [];
    for (const live of running) {
      for (const passed of passBase(walk, base, live)) (passed.left === undefined ? next : decided).push(passed);
    }
    running = next;
  }
  return [...running, ...decided].map(outcomeOf);
}

function outcomeOf({ probability, flow, steps, unjudged, left }: Live): Outcome {
  const verdict = left === 'drop' || left === 'reject' ? left : 'accept';
  return { probability, flow, steps, unjudged, verdict };
}

/** `left` of what comes back is undefined, drop or reject. */
function passBase(walk: Walk, base: BaseChain, live: Live): readonly Live[] {
  const translated = live.flow.dnatted || live.flow.masqueraded;
  const isPre = base.hook === 'prerouting' || base.hook === 'output';
  if (base.kind === 'nat' && translated && (isPre ? live.flow.dnatted : live.flow.masqueraded)) return [live];
  return walk.chain(base.name, live, 0).map((passed) => {
    if (passed.left === 'drop' || passed.left === 'reject') return passed;
    const fell = passed.left !== 'accept' && base.policy === 'drop';
    return { ...passed, left: fell ? 'drop' : undefined };
  });
}

interface Option extends Pick<Step, 'element'> {
  readonly chosen: Action;
  readonly chance: number;
}

class Walk {
  readonly #rules: Ruleset;
  readonly #table: string;
  readonly #around: Surroundings;

  constructor(rules: Ruleset, table: string, around: Omit<Surroundings, 'set' | 'ipSet'>) {
    this.#rules = rules;
    this.#table = table;
    this.#around = {
      ...around,
      set: (name) => rules.sets.get(`${table} ${name}`) ?? [],
      ipSet: (name) => rules.ipSets?.get(name),
    };
  }

  /** Every way through a chain: `left` is undefined for those that fall off its end. */
  chain(name: string, live: Live, depth: number): readonly Live[] {
    if (depth > DEEPEST) return [live];
    let running: readonly Live[] = [live];
    const gone: Live[] = [];
    for (const rule of this.#rules.chains.get(`${this.#table} ${name}`) ?? []) {
      const next: Live[] = [];
      for (const one of running) {
        for (const passed of this.#rule(rule, name, one, depth)) (passed.left ? gone : next).push(passed);
      }
      running = next;
      if (running.length === 0) break;
    }
    return [...gone, ...running];
  }

  #rule(rule: Rule, chain: string, live: Live, depth: number): readonly Live[] {
    const chances = rule.conditions.map((condition) => likelihood(condition, live.flow, this.#around));
    const known = chances.reduce<number>((product, chance) => product * (chance ?? 1), 1);
    if (known === 0) return [live];
    if (chances.includes(undefined)) return [{ ...live, unjudged: [...live.unjudged, rule] }];
    const matched = { ...live, probability: live.probability * known };
    const on = known < 1 ? [{ ...live, probability: live.probability * (1 - known) }] : [];
    return [...this.#act(rule, chain, matched, depth), ...on];
  }

  #act(rule: Rule, chain: string, live: Live, depth: number): readonly Live[] {
    let running: readonly Live[] = [live];
    for (const action of rule.actions) {
      running = running.flatMap((one) => {
        if (one.left !== undefined) return [one];
        return this.#options(action, one).flatMap(({ chosen, chance, element }) => {
          const step: Step = { table: this.#table, chain, rule, action: chosen, element };
          const taken = { ...one, probability: one.probability * chance, steps: [...one.steps, step] };
          return this.#do(chosen, taken, depth);
        });
      });
    }
    return running;
  }

  /** What an action may turn out to be, and how likely; nothing where a map has no element for the packet. */
  #options(action: Action, { flow }: Live): readonly Option[] {
    if (action.kind === 'choose') {
      const chance = 1 / action.options.length;
      return action.options.map((chosen) => ({ chosen, chance, element: undefined }));
    }
    if (action.kind !== 'look-up') return [{ chosen: action, chance: 1, element: undefined }];
    const values = action.fields.map((field) => valueOf(flow, field));
    const elements = this.#rules.maps.get(`${this.#table} ${action.map}`) ?? [];
    const element = elements.find(({ key }) => isElement(key, values));
    return [{ chosen: element?.action ?? NOTHING, chance: 1, element }];
  }

  #do(action: Action, live: Live, depth: number): readonly Live[] {
    switch (action.kind) {
      case 'jump':
        return this.chain(action.chain, live, depth + 1).map((one) =>
          one.left === 'return' ? { ...one, left: undefined } : one,
        );
      case 'goto':
        return this.chain(action.chain, live, depth + 1).map((one) => ({ ...one, left: one.left ?? 'return' }));
      case 'accept':
      case 'drop':
      case 'reject':
      case 'return':
        return [{ ...live, left: action.kind }];
      case 'masquerade':
        return [{ ...live, flow: { ...live.flow, masqueraded: true }, left: 'accept' }];
      case 'dnat':
        return [{ ...live, flow: redirected(live.flow, action), left: 'accept' }];
      case 'mark':
        return [{ ...live, flow: { ...live.flow, mark: ((live.flow.mark & action.keep) ^ action.flip) >>> 0 } }];
      case 'choose':
      case 'look-up':
        return [{ ...live, steps: live.steps.slice(0, -1) }];
    }
  }
}

/** A map without an element for the packet: the rule does nothing. */
const NOTHING: Action = { kind: 'choose', options: [] };

function redirected(flow: Flow, { address, port }: Extract<Action, { kind: 'dnat' }>): Flow {
  return { ...flow, destination: address, destinationPort: port ?? flow.destinationPort, dnatted: true };
}
