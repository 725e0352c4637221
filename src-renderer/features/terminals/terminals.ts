import { reactive, watch } from 'vue';
import type { Trouble } from '../../engine.ts';
import { go } from '../../place.ts';
import { preferences } from '../../preferences.ts';

/** A tab of the terminals screen. Its shell runs from when the tab shows first until it is closed, whatever screen shows. */
export interface TerminalTab {
  readonly key: number;
  readonly lab: string;
  readonly machine: string;
  /** Typed into the shell once it is there; the user presses Enter. */
  readonly command: string | undefined;
  /** `lab@192.168.2.10:22`, when it is open. */
  where: string;
  ended: boolean;
  /** Why its shell could not be opened, or ended. */
  failure: Trouble | undefined;
}

export const tabs = reactive<TerminalTab[]>([]);
/** The tab in front, by lab. */
export const front = reactive(new Map<string, number>());

const endings = new Map<number, () => void>();
const restored = new Set<string>();
let last = 0;

/** Opens a terminal on a machine, with a command typed in when one is given. */
export function openTerminal(lab: string, machine: string, command?: string): void {
  restoreTabs(lab);
  front.set(lab, add(lab, machine, command));
  go({ screen: 'terminals', lab });
}

export function closeTerminal(key: number): void {
  const index = tabs.findIndex((tab) => tab.key === key);
  if (index < 0) return;
  const [closed] = tabs.splice(index, 1);
  endings.get(key)?.();
  endings.delete(key);
  if (!closed || front.get(closed.lab) !== key) return;
  const next = tabs.filter(({ lab }) => lab === closed.lab).at(-1);
  if (next) front.set(closed.lab, next.key);
  else front.delete(closed.lab);
}

/** All those of a lab. */
export function closeTerminals(lab: string): void {
  for (const { key } of tabs.filter((tab) => tab.lab === lab)) closeTerminal(key);
}

/** Whether a shell of the lab runs. */
export function hasShell(lab: string): boolean {
  return tabs.some((tab) => tab.lab === lab && tab.where !== '' && !tab.ended);
}

/** The same machine again in the place of a tab, after its shell ended. */
export function openAgain({ key, lab, machine }: TerminalTab): void {
  const index = tabs.findIndex((tab) => tab.key === key);
  const fresh = add(lab, machine);
  const moved = tabs.pop();
  if (moved) tabs.splice(index, 0, moved);
  closeTerminal(key);
  front.set(lab, fresh);
}

/** Goes to the tab so many places further, round and round. */
export function moveFront(lab: string, by: number): void {
  const own = tabs.filter((tab) => tab.lab === lab);
  const index = own.findIndex(({ key }) => key === front.get(lab));
  const next = own[(index + by + own.length) % own.length];
  if (next) front.set(lab, next.key);
}

/** What ends with a tab. */
export function onTabClosed(key: number, end: () => void): void {
  endings.set(key, end);
}

/** The tabs of a lab as they were the last time, without their shells; from then on they are remembered. */
export function restoreTabs(lab: string): void {
  if (restored.has(lab)) return;
  restored.add(lab);
  const kept = preferences.view.terminals[lab];
  const keys = (kept?.machines ?? []).map((machine) => add(lab, machine));
  const shown = keys[kept?.front ?? 0] ?? keys[0];
  if (shown !== undefined) front.set(lab, shown);
  watch(
    () => {
      const own = tabs.filter((tab) => tab.lab === lab);
      const at = own.findIndex(({ key }) => key === front.get(lab));
      return { machines: own.map(({ machine }) => machine), front: Math.max(0, at) };
    },
    (now) => (preferences.view.terminals[lab] = now),
  );
}

function add(lab: string, machine: string, command?: string): number {
  last += 1;
  tabs.push({ key: last, lab, machine, command, where: '', ended: false, failure: undefined });
  return last;
}
