import { FactReader, type Fact } from '../facts/fact.ts';
import { openLocalMachine } from '../machines/local/local-machine.ts';
import { COMPUTER } from '../contract/machines.ts';
import type { Computer } from './provider.ts';

/** This computer, for providers. `close` ends what runs there. */
export function openComputer(signal?: AbortSignal): Computer & { readonly close: () => Promise<void> } {
  const machine = openLocalMachine({ name: COMPUTER, sudo: 'password' });
  const facts = new FactReader({ ...(signal && { signal }) });
  return {
    platform: process.platform === 'darwin' ? 'macos' : 'linux',
    machine,
    read: <Value>(fact: Fact<Value>) => facts.readFresh(machine, fact),
    close: () => machine.close(),
  };
}

/** Works on this computer, and ends what still runs there afterwards. */
export async function onThisComputer<Value>(work: (computer: Computer) => Promise<Value>): Promise<Value> {
  const computer = openComputer();
  try {
    return await work(computer);
  } finally {
    await computer.close();
  }
}
