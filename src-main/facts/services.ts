import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';

export interface ServiceState {
  /** `active`, `inactive`, `activating`, `failed` … as systemd says. */
  readonly active: string;
  /** `enabled`, `disabled`, `not-found` … as systemd says. */
  readonly enabled: string;
}

/** The state of systemd units. Source: `systemctl show`. */
export function services(names: readonly string[]): Fact<ReadonlyMap<string, ServiceState>> {
  return {
    id: 'services',
    command: sh`systemctl show --property=Id,ActiveState,UnitFileState ${names}`,
    parse({ stdout }) {
      const states = new Map<string, ServiceState>();
      for (const block of stdout.split('\n\n')) {
        const values = new Map(block.split('\n').map((line) => line.split('=', 2) as [string, string]));
        const id = values.get('Id')?.replace(/\.service$/, '');
        if (id === undefined) continue;
        states.set(id, {
          active: values.get('ActiveState') ?? '',
          enabled: values.get('UnitFileState') || 'not-found',
        });
      }
      return states;
    },
  };
}
