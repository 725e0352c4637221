import type { Bundle } from '../bundle/bundle.ts';
import type { Client } from '../client/client.ts';
import type { Fact } from '../facts/fact.ts';
import type { Lab } from '../lab/lab.ts';
import type { Machine } from '../machines/machine.ts';

/** What stages, checks and paths work with: the lab file, the machines, and what they say. */
export interface LabContext {
  readonly lab: Lab;
  readonly bundle: Bundle;
  readonly client: Client;
  /** The machine of a node, or of the client by the name `client`. */
  readonly machine: (name: string) => Machine;
  /** Reads a fact from a machine by its name. */
  read<Value>(machine: string, fact: Fact<Value>): Promise<Value>;
}
