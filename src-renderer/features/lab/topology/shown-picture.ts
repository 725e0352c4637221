import { shallowRef } from 'vue';
import type {
  ElementOf,
  TopologyElement,
  TopologySource,
  TopologyUpdate,
} from '../../../../src-main/contract/topology.ts';

/** What is in the picture of a lab now, as the machines said it. Nothing is added here. */
export class Picture {
  readonly #elements = new Map<string, TopologyElement>();
  /** The same by kind: who draws nodes does not look at ten thousand tunnels. */
  readonly #kinds = new Map<string, Map<string, TopologyElement>>();
  readonly #sources = new Map<string, TopologySource>();
  readonly #state = shallowRef({ updates: 0, live: false });

  take({ reset, live, changed, removed, sources }: TopologyUpdate): void {
    if (reset) {
      this.#elements.clear();
      this.#kinds.clear();
      this.#sources.clear();
    }
    for (const element of changed) {
      this.#elements.set(element.id, element);
      this.#kind(element.kind).set(element.id, element);
    }
    for (const id of removed) {
      this.#kind(this.#elements.get(id)?.kind ?? '').delete(id);
      this.#elements.delete(id);
    }
    for (const source of sources) this.#sources.set(source.id, source);
    this.#state.value = { updates: this.#state.value.updates + 1, live };
  }

  /** Whether anything arrived yet. */
  get started(): boolean {
    return this.#state.value.updates > 0;
  }

  /** Whether changes of the cluster come by themselves. */
  get live(): boolean {
    return this.#state.value.live;
  }

  all<Kind extends TopologyElement['kind']>(kind: Kind): readonly ElementOf<Kind>[] {
    this.#follow();
    const found: ElementOf<Kind>[] = [];
    for (const element of this.#kind(kind).values()) {
      if (isKind(element, kind)) found.push(element);
    }
    return found;
  }

  get(id: string): TopologyElement | undefined {
    this.#follow();
    return this.#elements.get(id);
  }

  source(id: string): TopologySource | undefined {
    this.#follow();
    return this.#sources.get(id);
  }

  #kind(kind: string): Map<string, TopologyElement> {
    const known = this.#kinds.get(kind);
    if (known) return known;
    const made = new Map<string, TopologyElement>();
    this.#kinds.set(kind, made);
    return made;
  }

  /** Whoever reads the picture in a computed is computed anew with the next update. */
  #follow(): number {
    return this.#state.value.updates;
  }
}

function isKind<Kind extends TopologyElement['kind']>(
  element: TopologyElement,
  kind: Kind,
): element is ElementOf<Kind> {
  return element.kind === kind;
}
