import type { ProviderId } from '../contract/machines.ts';

import { lima } from './lima/lima.ts';
import { libvirt } from './libvirt/libvirt.ts';
import { multipass } from './multipass/multipass.ts';
import type { Computer, Provider } from './provider.ts';

/** All that can make VMs, the one first that fits most computers of its platform. */
export const providers: readonly Provider[] = [libvirt, lima, multipass];

/** Those that there are for a kind of computer. */
export function providersFor(platform: Computer['platform']): readonly Provider[] {
  return providers.filter(({ platforms }) => platforms.includes(platform));
}

/** @throws Error for one that this Hoplab does not have */
export function providerOf(id: ProviderId): Provider {
  const found = providers.find((provider) => provider.id === id);
  if (!found) throw new Error(`no provider ${id}`);
  return found;
}
