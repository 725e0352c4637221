import { reactive } from 'vue';
import { go } from '../../place.ts';

/** A tab of the terminals screen. Its shell runs in the engine from when the tab shows first. */
export interface TerminalTab {
  readonly key: number;
  readonly lab: string;
  readonly machine: string;
  /** Typed into the shell once it is there; the user presses Enter. */
  readonly command: string | undefined;
  /** `lab@192.168.2.10:22`, when it is open. */
  where: string;
  ended: boolean;
}

export const tabs = reactive<TerminalTab[]>([]);
/** The tab in front, by lab. */
export const front = reactive(new Map<string, number>());

let last = 0;

/** Opens a terminal on a machine, with a command typed in when one is given. */
export function openTerminal(lab: string, machine: string, command?: string): void {
  last += 1;
  tabs.push({ key: last, lab, machine, command, where: '', ended: false });
  front.set(lab, last);
  go({ screen: 'terminals', lab });
}

export function closeTerminal(key: number): void {
  const index = tabs.findIndex((tab) => tab.key === key);
  const [closed] = tabs.splice(index, 1);
  if (!closed || front.get(closed.lab) !== key) return;
  const next = tabs.filter(({ lab }) => lab === closed.lab).at(-1);
  if (next) front.set(closed.lab, next.key);
  else front.delete(closed.lab);
}
