/** How a stage, a change or a check stands. `unknown`: not read yet; `waiting`: its turn comes. */
export type State = 'ok' | 'attention' | 'failed' | 'running' | 'cancelled' | 'not-applicable' | 'waiting' | 'unknown';
