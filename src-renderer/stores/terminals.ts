import { defineStore } from 'pinia';
import { markRaw } from 'vue';
import type { Trouble } from '../engine-client.ts';
import type { TerminalSession } from '../features/terminals/terminal-session.ts';
import { go } from '../place.ts';
import { usePreferences } from './preferences.ts';

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

export const useTerminals = defineStore('terminals', {
  state: () => ({
    tabs: [] as TerminalTab[],
    /** The key of the tab in front, by lab. */
    front: new Map<string, number>(),
    /** By the key of their tab, once it has been shown. */
    sessions: markRaw(new Map<number, TerminalSession>()),
    restored: new Set<string>(),
    last: 0,
  }),
  getters: {
    tabsOf: (state) => (lab: string) => state.tabs.filter((tab) => tab.lab === lab),
    /** Whether a shell of the lab runs. */
    hasShell: (state) => (lab: string) => state.tabs.some((tab) => tab.lab === lab && tab.where !== '' && !tab.ended),
  },
  actions: {
    /** Opens a terminal on a machine, with a command typed in when one is given. */
    open(lab: string, machine: string, command?: string) {
      this.restore(lab);
      this.front.set(lab, this.add(lab, machine, command));
      this.remember(lab);
      go({ screen: 'terminals', lab });
    },
    close(key: number) {
      const closed = this.tabs.find((tab) => tab.key === key);
      if (!closed) return;
      const { lab } = closed;
      this.tabs = this.tabs.filter((tab) => tab !== closed);
      this.sessions.get(key)?.end();
      this.sessions.delete(key);
      if (this.front.get(lab) === key) {
        const next = this.tabsOf(lab).at(-1);
        if (next) this.front.set(lab, next.key);
        else this.front.delete(lab);
      }
      this.remember(lab);
    },
    /** All those of a lab. */
    closeAll(lab: string) {
      for (const { key } of this.tabsOf(lab)) this.close(key);
    },
    /** The same machine again in the place of a tab, after its shell ended. */
    openAgain({ key, lab, machine }: TerminalTab) {
      const index = this.tabs.findIndex((tab) => tab.key === key);
      const fresh = this.add(lab, machine);
      const moved = this.tabs.pop();
      if (moved) this.tabs.splice(index, 0, moved);
      this.front.set(lab, fresh);
      this.close(key);
    },
    bringToFront({ key, lab }: TerminalTab) {
      this.front.set(lab, key);
      this.remember(lab);
    },
    /** Goes to the tab so many places further, round and round. */
    moveFront(lab: string, by: number) {
      const own = this.tabsOf(lab);
      const index = own.findIndex(({ key }) => key === this.front.get(lab));
      const next = own[(index + by + own.length) % own.length];
      if (next) this.bringToFront(next);
    },
    /** The tabs of a lab as they were the last time, without their shells. */
    restore(lab: string) {
      if (this.restored.has(lab)) return;
      this.restored.add(lab);
      const kept = usePreferences().view.terminals[lab];
      const keys = (kept?.machines ?? []).map((machine) => this.add(lab, machine));
      const shown = keys[kept?.front ?? 0] ?? keys[0];
      if (shown !== undefined) this.front.set(lab, shown);
    },
    /** Which tabs a lab has, for the next start. */
    remember(lab: string) {
      const own = this.tabsOf(lab);
      const at = own.findIndex(({ key }) => key === this.front.get(lab));
      usePreferences().view.terminals[lab] = { machines: own.map(({ machine }) => machine), front: Math.max(0, at) };
    },
    /** A shell on this computer that is no tab of a lab: who shows it ends it. */
    apart(command: string): TerminalTab {
      this.last += 1;
      const shell = { lab: 'recording', machine: 'this-computer', where: '', ended: false, failure: undefined };
      return { key: this.last, command, ...shell };
    },
    endApart(key: number) {
      this.sessions.get(key)?.end();
      this.sessions.delete(key);
    },
    /** @returns the key of the new tab */
    add(lab: string, machine: string, command?: string): number {
      this.last += 1;
      this.tabs.push({ key: this.last, lab, machine, command, where: '', ended: false, failure: undefined });
      return this.last;
    },
  },
});
