import { expect, it } from 'vitest';
import type { Lab } from '../../../src-main/lab/lab.ts';
import { ConnectionLost } from '../../../src-main/machines/errors.ts';
import type { Machine, Output } from '../../../src-main/machines/machine.ts';
import { Session, type OpenMachines } from '../../../src-main/rollout/session.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { exampleBundle } from '../example-bundle.ts';
import { thisComputer } from '../this-computer.ts';

const signal = new AbortController().signal;

/** A machine of this computer that says when it is closed; a client has gone away. */
class Watched implements Machine {
  readonly where = 'here';
  readonly name: string;
  readonly #left: Set<string>;

  constructor(name: string, left: Set<string>) {
    this.name = name;
    this.#left = left.add(name);
  }

  async run(...args: Parameters<Machine['run']>): Promise<Output> {
    if (this.name === 'client') throw new ConnectionLost(this.name, 'gone');
    return thisComputer(this.name).run(...args);
  }

  async openShell(): Promise<never> {
    throw new Error('nobody asks for a shell here');
  }

  async close(): Promise<void> {
    this.#left.delete(this.name);
  }
}

function machines(): { open: OpenMachines; left: Set<string> } {
  const left = new Set<string>();
  const names = (lab: Lab) => [...lab.nodes.map(({ name }) => name), 'client'];
  return { open: async (lab) => new Map(names(lab).map((name) => [name, new Watched(name, left)])), left };
}

it('closes every machine when the client does not say what it is', async () => {
  const { bundle } = await exampleBundle();
  const { open, left } = machines();
  await expect(Session.open({ lab: labOf(labText()), bundle, open }, signal)).rejects.toBeInstanceOf(ConnectionLost);
  expect([...left]).toEqual([]);
});
