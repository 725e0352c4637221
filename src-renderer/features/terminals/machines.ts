import type { Text } from '../../../src-main/contract/text.ts';
import { useConnection } from '../../stores/connection.ts';
import { terminalTexts } from '../../texts/terminal-texts.ts';
import type { OpenLab } from '../../stores/labs.ts';

/** Where a terminal can be opened: the machines of a lab and, in the desktop window, this computer. */
export function machinesFor({ description }: OpenLab): string[] {
  const nodes = (description?.nodes ?? []).map(({ name }) => name);
  return [...nodes, 'client', ...(useConnection().about?.localTerminal === true ? ['this-computer'] : [])];
}

/** A machine as people call it. */
export function machineTitle(machine: string): Text {
  if (machine === 'client') return terminalTexts.client;
  return machine === 'this-computer' ? terminalTexts.thisComputer : { en: machine, ja: machine };
}
