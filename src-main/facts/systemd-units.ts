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
      for (const block of stdout.trim().split('\n\n')) {
        const values = new Map(block.split('\n').map((line) => line.split('=', 2) as [string, string]));
        const [id, active] = [values.get('Id'), values.get('ActiveState')];
        if (id === undefined || active === undefined) throw new Error('no state of a unit');
        states.set(id.replace(/\.service$/, ''), { active, enabled: values.get('UnitFileState') || 'not-found' });
      }
      if (states.size === 0) throw new Error('no state of a unit');
      return states;
    },
  };
}
