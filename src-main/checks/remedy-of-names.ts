import { resolverZone } from '../client/client.ts';
import { nameRoutes, type NameRoute } from '../client/name-routes.ts';
import { routesOfName } from '../client/routes-of-name.ts';
import type { Text } from '../contract/text.ts';
import { hostsFile, hostsLineOf } from '../facts/hosts-file.ts';
import { isInZone } from '../lab/in-zone.ts';
import { sh } from '../machines/command.ts';
import type { Question } from './check.ts';

/**
 * What to do where the client does not resolve a name as it should: a line of /etc/hosts comes first, or on a Mac another resolver; else
 * the usual remedy.
 */
export async function remedyOfNames(question: Question, names: readonly string[], usual: Text): Promise<Text> {
  const { zone } = question.lab.dns;
  const { vip } = question.lab.loadBalancer;
  const fact = hostsFile(zone);
  const printed = await question.run(fact.command);
  const lines = printed.exitCode === 0 ? fact.parse({ ...printed, exitCode: 0 }) : [];
  const stated = [...new Set(names.map((name) => hostsLineOf(lines, name)))];
  const stale = stated.flatMap((one) => (one && one.address !== vip ? [one] : []));
  if (stale.length === 0) return question.client.platform === 'macos' ? remedyOnMac(question, names, usual) : usual;
  const said = stale.map(({ line, address, names: its }) => `${line}: ${address} ${its.join(' ')}`).join('; ');
  return {
    en: `/etc/hosts on this computer has an address other than ${vip} for the name, and takes precedence. Remove its line ${said}.`,
    ja: `このコンピューターの /etc/hosts が ${vip} と別のアドレスを示し、先に使われています。次の行を削除してください。${said}`,
  };
}

/** What macOS lists as resolvers for a name, where the cluster's is not the first of them. */
async function remedyOnMac(question: Question, names: readonly string[], usual: Text): Promise<Text> {
  const { zone, address, port } = resolverZone(question.lab);
  const { stdout } = await question.run(sh`scutil --dns`);
  const first: (NameRoute | undefined)[] = [];
  try {
    const routes = nameRoutes(question.client, stdout);
    first.push(...names.map((name) => routesOfName(routes, name)[0]));
  } catch {
    return usual; // it cannot be read
  }
  const ours = first.filter((route) => route?.servers.includes(`${address}:${port}`));
  const other = first.find((route) => route && !ours.includes(route));
  if (other) return overridden(zone, other);
  if (!ours[0]) return notLoaded(zone);
  return {
    en: `macOS has the cluster's resolver for ${zone} (${ours[0].scope}), so something answers before it: a DNS proxy, a filter, or a profile with encrypted DNS. \`hoplab doctor\` lists them${belowLocal(zone).en}.`,
    ja: `macOS は ${zone} にクラスターのリゾルバーを使います (${ours[0].scope})。それより先に答えるものがあります。DNS プロキシ、フィルター、暗号化 DNS のプロファイルなどで、\`hoplab doctor\` で一覧できます${belowLocal(zone).ja}。`,
  };
}

function notLoaded(zone: string): Text {
  return {
    en: `macOS does not list a resolver for ${zone} (\`scutil --dns\`), though /etc/resolver/${zone} is there: \`sudo killall -HUP mDNSResponder\`, then roll out again.`,
    ja: `/etc/resolver/${zone} はあるのに、macOS のリゾルバー一覧 (\`scutil --dns\`) に ${zone} がありません。\`sudo killall -HUP mDNSResponder\` のあと、もう一度展開してください。`,
  };
}

function overridden(zone: string, { scope, domains, servers }: NameRoute): Text {
  const told = `${scope}: ${domains.join(' ')} → ${servers.join(', ') || '—'}`;
  return {
    en: `macOS asks another resolver first for names below ${zone} (${told}): of a VPN or a profile. Disconnect it (\`scutil --nc list\`), or choose a zone that it does not take (dns.zone: k8s.test).`,
    ja: `macOS は ${zone} 以下の名前を先に別のリゾルバーに聞いています (${told})。VPN かプロファイルのものです。切断する (\`scutil --nc list\`) か、それが使わないゾーン (dns.zone: k8s.test) を選んでください。`,
  };
}

function belowLocal(zone: string): Text {
  if (!isInZone(zone, 'local')) return { en: '', ja: '' };
  return {
    en: '; names below .local also belong to multicast DNS: dns.zone: k8s.test has no such trouble',
    ja: '。.local 以下の名前はマルチキャスト DNS のものでもあり、dns.zone: k8s.test ならその問題もありません',
  };
}
