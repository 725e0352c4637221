import type { Text } from '../contract/text.ts';
import { hostsFile, hostsLineOf } from '../facts/hosts-file.ts';
import type { Question } from './check.ts';

/** What to do where a name has another address than the VIP in /etc/hosts of this computer; else the usual remedy. */
export async function remedyOfNames(question: Question, names: readonly string[], usual: Text): Promise<Text> {
  const { zone } = question.lab.dns;
  const { vip } = question.lab.loadBalancer;
  const fact = hostsFile(zone);
  const printed = await question.run(fact.command);
  const lines = printed.exitCode === 0 ? fact.parse({ ...printed, exitCode: 0 }) : [];
  const stated = [...new Set(names.map((name) => hostsLineOf(lines, name)))];
  const stale = stated.flatMap((one) => (one && one.address !== vip ? [one] : []));
  if (stale.length === 0) return usual;
  const said = stale.map(({ line, address, names: its }) => `${line}: ${address} ${its.join(' ')}`).join('; ');
  return {
    en: `/etc/hosts on this computer has an address other than ${vip} for the name, and takes precedence. Remove its line ${said}.`,
    ja: `このコンピューターの /etc/hosts が ${vip} と別のアドレスを示し、先に使われています。次の行を削除してください。${said}`,
  };
}
