import { hostName } from '../lab/lab.ts';
import { sh } from '../machines/command.ts';
import { passedIf, type Check } from './check.ts';

export const otherNamesUnaffected: Check = {
  id: 'other-names-unaffected',
  sentence: {
    en: "Names outside the lab's zone do not go to the cluster",
    ja: 'ラボのゾーン以外の名前はクラスタに問い合わせない',
  },
  on: 'client',
  async ask(question) {
    const { lab, client } = question;
    const [environment] = lab.app.environments;
    const name = environment ? hostName(lab, environment) : lab.dns.zone;
    const command =
      client.platform === 'linux'
        ? sh`resolvectl domain --no-pager; resolvectl dns --no-pager; resolvectl query --legend=no kubernetes.default.svc.cluster.local 2>&1`
        : sh`scutil --dns; dscacheutil -q host -a name kubernetes.default.svc.cluster.local`;
    const { stdout } = await question.run(command);
    const routed = stdout.includes(lab.dns.zone);
    const leaked = /kubernetes\.default\.svc\.cluster\.local: \d|ip_address: /.test(stdout);
    return {
      status: passedIf(routed && !leaked),
      expected: {
        en: `only names below ${lab.dns.zone} (such as ${name})`,
        ja: `${lab.dns.zone} 以下の名前だけ（例: ${name}）`,
      },
      actual: leaked
        ? { en: 'the cluster is asked for other names too', ja: 'ほかの名前もクラスタに問い合わせている' }
        : {
            en: routed ? `only ${lab.dns.zone}` : `no route for ${lab.dns.zone}`,
            ja: routed ? `${lab.dns.zone} だけ` : `${lab.dns.zone} の経路がない`,
          },
      meaning: {
        en: "A name that only the cluster's DNS knows is unknown here: the rest of the client's names go where they always went.",
        ja: 'クラスタの DNS しか知らない名前はここでは引けない。ほかの名前はこれまで通りの DNS に聞いている。',
      },
      remedy: {
        en: 'The name server must stand with a routing-only domain (~ZONE), not as a general one: `resolvectl status`.',
        ja: 'ネームサーバーは汎用ではなくルーティング専用ドメイン (~ゾーン) とともに設定してください: `resolvectl status`',
      },
    };
  },
};
