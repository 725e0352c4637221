import { resolverZone } from '../client/client.ts';
import { nameRoutes, type NameRoute } from '../client/name-routes.ts';
import type { Text } from '../contract/text.ts';
import { understood } from '../facts/reading.ts';
import { noAnswer } from '../facts/no-answer.ts';
import { hostName } from '../lab/lab.ts';
import { sh } from '../machines/command.ts';
import { passedIf, type Check } from './check.ts';

/** A name that the cluster's DNS knows and no other. */
const CLUSTERS_OWN = 'kubernetes.default.svc.cluster.local';
const LEAKED = /kubernetes\.default\.svc\.cluster\.local: \d|ip_address: /;

export const otherNamesUnaffected: Check = {
  id: 'other-names-unaffected',
  sentence: {
    en: "Queries outside the lab's zone do not go to the cluster",
    ja: 'ラボのゾーン以外の名前はクラスターに問い合わせない',
  },
  on: 'client',
  async ask(question) {
    const { lab, client } = question;
    const [environment] = lab.app.environments;
    const name = environment ? hostName(lab, environment) : lab.dns.zone;
    const command =
      client.platform === 'linux'
        ? sh`resolvectl domain --no-pager; resolvectl dns --no-pager; resolvectl query --legend=no ${CLUSTERS_OWN} 2>&1`
        : sh`scutil --dns; dscacheutil -q host -a name ${CLUSTERS_OWN}`;
    const { exitCode, ...streams } = await question.run(command);
    const output = { ...streams, exitCode: exitCode ?? -1 };
    const { routes, leaked } = understood({ machine: question.machineName, command, output }, () => {
      if (client.platform === 'linux' && !output.stdout.includes(`${CLUSTERS_OWN}: `)) throw noAnswer(output);
      return {
        routes: nameRoutes(client, output.stdout),
        leaked: LEAKED.test(output.stdout),
      };
    });
    const { zone, address, port } = resolverZone(lab);
    const server = `${address}:${port}`;
    const ours = routes.filter(({ servers }) => servers.includes(server));
    const astray = ours.filter(({ domains }) => domains.join() !== `~${zone}`);
    return {
      status: passedIf(ours.length > 0 && astray.length === 0 && !leaked),
      expected: {
        en: `only names below ${zone} (such as ${name}) → ${server}`,
        ja: `${zone} 以下の名前だけ (例: ${name}) → ${server}`,
      },
      actual: leaked ? ALL : told(routes, ours, astray, server),
      meaning: {
        en: "The cluster's DNS is set for this zone alone, so the resolver sends other queries to the other name servers; a name that only the cluster's DNS knows does not resolve here.",
        ja: 'クラスターの DNS にはこのゾーンだけが付いているので、リゾルバーはほかの名前を他のサーバーに聞く。クラスターの DNS しか知らない名前はここでは引けない。',
      },
      remedy: {
        en: 'The name server must be set for a routing-only domain (~ZONE), not globally: `resolvectl status`.',
        ja: 'ネームサーバーは汎用ではなくルーティング専用ドメイン (~ゾーン) とともに設定してください: `resolvectl status`',
      },
    };
  },
};

const ALL: Text = { en: 'other queries also go to the cluster', ja: 'ほかの名前もクラスターに問い合わせている' };

/** Who is asked for what; where that is not as it should be, the scopes in which it is not. */
function told(
  routes: readonly NameRoute[],
  ours: readonly NameRoute[],
  astray: readonly NameRoute[],
  server: string,
): Text {
  if (ours.length === 0) return { en: `no query goes to ${server}`, ja: `${server} には何も問い合わせていない` };
  const scopes = (astray.length > 0 ? astray : ours).map(({ scope, domains }) => ({
    scope,
    domains: domains.join(' '),
  }));
  const others = [...new Set(routes.flatMap(({ servers }) => servers.filter((other) => other !== server)))].join(', ');
  const each = (any: string) =>
    scopes.map(({ scope, domains }) => `${scope}: ${domains || any} → ${server}`).join('; ');
  return {
    en: `${each('any name')}; other name servers: ${others || 'none'}`,
    ja: `${each('すべての名前')}、ほかのネームサーバー: ${others || 'なし'}`,
  };
}
