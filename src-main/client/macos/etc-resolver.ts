import { FactReader } from '../../facts/fact.ts';
import { textFile } from '../../facts/text-file.ts';
import type { Machine } from '../../machines/machine.ts';
import { putBack, writeKeeping } from '../../machines/keep-file.ts';
import type { ClientResolver, ResolverZone } from '../client.ts';

/**
 * A file in /etc/resolver, as resolver(5) describes it: macOS watches the folder and asks the named server for the zone of
 * the file's name at once. `root` stands for `/` in tests.
 */
export function etcResolver(root: string): ClientResolver {
  const path = ({ zone }: ResolverZone) => `/etc/resolver/${zone}`;
  // everybody may read such a file: nobody is asked for a password before something is to be changed
  const found = async (machine: Machine, zone: ResolverZone) => {
    const facts = new FactReader();
    const file = root + path(zone);
    return facts.read(machine, textFile(file, false)).catch(() => facts.read(machine, textFile(file)));
  };
  return {
    async decide(machine, zone) {
      const content = resolverFile(zone);
      if ((await found(machine, zone)) === content) return [];
      return {
        machine: machine.name,
        sentence: {
          en: `Send queries for ${zone.zone} to ${zone.address}:${zone.port} (${path(zone)})`,
          ja: `${zone.zone} 以下の名前を ${zone.address}:${zone.port} に問い合わせるようにする (${path(zone)})`,
        },
        command: writeKeeping(path(zone), root),
        input: { content },
      };
    },

    async undo(machine, zone) {
      if (!(await found(machine, zone))?.startsWith(HEAD)) return []; // the user's own is not ours to remove
      return {
        machine: machine.name,
        sentence: {
          en: `Stop sending queries for ${zone.zone} to the cluster (${path(zone)})`,
          ja: `${zone.zone} 以下の名前をクラスターに問い合わせるのをやめる (${path(zone)})`,
        },
        command: putBack(path(zone), root),
      };
    },
  };
}

const HEAD = '# Written by Hoplab\n';

function resolverFile({ address, port }: ResolverZone): string {
  return `${HEAD}nameserver ${address}\nport ${port}\ntimeout 2\n`;
}
