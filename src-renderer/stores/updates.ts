import { defineStore } from 'pinia';
import type { Updates } from '../../src-main/contract/updates.ts';
import { engine, trouble, type Trouble } from '../engine-client.ts';

interface KnownUpdates {
  known: Updates | null;
  looking: boolean;
  failure: Trouble | null;
}

/** New versions of Hoplab, as far as the user wants to know. */
export const useUpdates = defineStore('updates', {
  state: (): KnownUpdates => ({ known: null, looking: false, failure: null }),
  actions: {
    /** What is known; looks where that is due. */
    async load() {
      await this.take(engine.updates.read());
      if (this.known?.due) await this.look(false);
    },
    async turn(on: boolean) {
      await this.take(engine.settings.change({ updates: on }).then(() => engine.updates.read()));
      if (this.known?.due) await this.look(false);
    },
    /** @param wanted by the user, now */
    async look(wanted: boolean) {
      this.looking = true;
      await this.take(engine.updates.look({ wanted }));
      this.looking = false;
    },
    async dismiss(version: string) {
      await this.take(engine.updates.dismiss({ version }));
    },
    /** Quiet: what failed is shown in the settings. */
    async take(asked: Promise<Updates>) {
      try {
        this.known = await asked;
        this.failure = null;
      } catch (error) {
        this.failure = trouble(error);
      }
    },
  },
});
