import { defineStore } from 'pinia';
import type { About } from '../../src-main/contract/settings.ts';

interface Connection {
  state: 'connecting' | 'open' | 'lost';
  /** What the engine is and what its door can do; null until it answered. */
  about: About | null;
}

/** Whether the engine answers, and what it said about itself. */
export const useConnection = defineStore('connection', {
  state: (): Connection => ({ state: 'connecting', about: null }),
});
