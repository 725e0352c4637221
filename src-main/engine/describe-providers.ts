import type { ProviderState } from '../contract/machines.ts';
import { onThisComputer } from '../providers/computer.ts';
import { providersFor } from '../providers/index.ts';

/** What can make VMs on this computer, and what it lacks for it. @throws MachineError when that cannot be read */
export async function describeProviders(): Promise<ProviderState[]> {
  return onThisComputer((computer) =>
    Promise.all(
      providersFor(computer.platform).map(async (provider) => {
        const missing = await provider.missing(computer);
        const remark = await provider.remark(computer);
        return { provider: provider.id, name: provider.name, missing: [...missing], remark: remark ?? null };
      }),
    ),
  );
}
