import { fileHashes } from '../../facts/file-hashes.ts';
import { FactReader } from '../../facts/fact.ts';
import { embed, sh } from '../../machines/command.ts';
import { putBack, writeKeeping } from '../../machines/keep-file.ts';
import { noteRead, readCopy } from '../../machines/read-note.ts';
import { sha256Of } from '../../machines/upload.ts';
import type { ClientResolver, ResolverZone } from '../client.ts';

/**
 * A drop-in for systemd-resolved. The routing-only domain is explicit: resolved otherwise keeps names below `.local` for
 * multicast DNS (met on the lab).
 */
export const systemdResolved: ClientResolver = {
  async decide(machine, zone) {
    const path = dropIn(zone);
    const content = dropInContent(zone);
    const hashes = await new FactReader().read(machine, fileHashes([path, readCopy(path)]));
    if ([path, readCopy(path)].every((file) => hashes.get(file) === sha256Of(content))) return [];
    return {
      machine: machine.name,
      sentence: {
        en: `Send queries for ${zone.zone} to ${zone.address}:${zone.port} (systemd-resolved)`,
        ja: `${zone.zone} 以下の名前を ${zone.address}:${zone.port} に問い合わせるようにする (systemd-resolved)`,
      },
      command: sh`${embed(writeKeeping(path))} && systemctl restart systemd-resolved && ${embed(noteRead([path]))}`,
      input: { content },
    };
  },

  async undo(machine, zone) {
    const path = dropIn(zone);
    const hashes = await new FactReader().read(machine, fileHashes([path, readCopy(path)]));
    if (hashes.size === 0) return [];
    return {
      machine: machine.name,
      sentence: {
        en: `Stop sending queries for ${zone.zone} to the cluster (systemd-resolved)`,
        ja: `${zone.zone} 以下の名前をクラスターに問い合わせるのをやめる (systemd-resolved)`,
      },
      command: sh`${embed(putBack(path))} && systemctl restart systemd-resolved && rm -f ${readCopy(path)}`,
    };
  },
};

function dropIn({ zone }: ResolverZone): string {
  return `/etc/systemd/resolved.conf.d/hoplab-${zone}.conf`;
}

function dropInContent({ zone, address, port }: ResolverZone): string {
  return `# Written by Hoplab: names below ${zone} are asked at the cluster's DNS.\n[Resolve]\nDNS=${address}:${port}\nDomains=~${zone}\n`;
}
