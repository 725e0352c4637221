import type { AliasLine } from '../contract/lines.ts';
import { aliasWords, type TakenAlias } from '../contract/ssh-aliases.ts';
import type { Lab } from '../lab/lab.ts';
import type { Settings } from './command-settings.ts';

interface Machine {
  readonly name: string;
  readonly address: string;
  readonly alias?: TakenAlias;
}

/** Tells what a lab's machines have of aliases of `~/.ssh/config`. */
export function tellAliases(settings: Settings, { nodes, client }: Pick<Lab, 'nodes' | 'client'>): void {
  for (const node of nodes) tellAlias(settings, node);
  if (client.kind === 'ssh') tellAlias(settings, { ...client, name: 'client' });
}

export function tellAlias({ terminal, json, language }: Settings, { name, address, alias }: Machine): void {
  if (!alias) return;
  const line: AliasLine = { event: 'ssh-config', machine: name, address, ...alias };
  if (json) terminal.printJson(line);
  else terminal.print(`${name}: ${aliasWords(alias, address)[language]}`);
}
