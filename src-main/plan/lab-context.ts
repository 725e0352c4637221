import type { CertificateAuthority } from '../authority/certificate-authority.ts';
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
  /** The CA of the lab; asked when a change runs, never to plan one. */
  readonly authority: CertificateAuthority;
  /** The machine of a node, or of the client by the name `client`. */
  readonly machine: (name: string) => Machine;
  /** Reads a fact from a machine by its name. */
  read<Value>(machine: string, fact: Fact<Value>): Promise<Value>;
}
