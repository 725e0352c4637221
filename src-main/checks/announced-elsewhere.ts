import { elsewhere, l2Advertisements } from '../cluster/l2-advertisements.ts';
import type { Text } from '../contract/text.ts';
import { interfaces } from '../facts/interfaces.ts';
import { controlPlane } from '../lab/lab.ts';
import type { Question } from './check.ts';

/** What to do where nobody answers ARP because every L2Advertisement names other interfaces than those of the LAN; else the usual remedy. */
export async function remedyOfSilence(question: Question, usual: Text): Promise<Text> {
  const { lab } = question;
  const printed = await question.run(l2Advertisements.command, { sudo: true, machine: controlPlane(lab).name });
  const advertisements = printed.exitCode === 0 ? (l2Advertisements.parse({ ...printed, exitCode: 0 }) ?? []) : [];
  if (advertisements.length === 0) return usual;
  const devices = await Promise.all(
    lab.nodes.map(async ({ name, address }) => {
      const own = await question.read(name, interfaces);
      return own.find(({ ipv4 }) => ipv4.some((one) => one.address === address))?.name;
    }),
  );
  const known = devices.filter((device) => device !== undefined);
  const wrong = known.length === lab.nodes.length ? elsewhere(advertisements, undefined, new Set(known)) : [];
  if (wrong.length === 0) return usual;
  const which = wrong
    .map((one) => `${one.namespace}/${one.name} (interfaces: ${one.interfaces.join(', ')})`)
    .join(', ');
  const lan = [...new Set(known)].join(', ');
  return {
    en: `MetalLB answers only on the interfaces listed in the L2Advertisement, and the nodes are on the LAN through ${lan}: remove spec.interfaces from ${which}, or add ${lan}.`,
    ja: `MetalLB は L2Advertisement に書かれたインターフェースでだけ応答し、ノードの LAN 側は ${lan} です。${which} の spec.interfaces を消すか、${lan} を加えてください。`,
  };
}
