import { resolverZone } from '../client/client.ts';
import { nameRoutes } from '../client/name-routes.ts';
import { routesOfName } from '../client/routes-of-name.ts';
import { verbatim, type Text } from '../contract/text.ts';
import { noAnswer, tellsAbsence } from '../facts/no-answer.ts';
import { neighbours } from '../facts/neighbours.ts';
import { isInZone } from '../lab/in-zone.ts';
import { hostName, type Lab } from '../lab/lab.ts';
import { firstEnvironment } from '../lab/object-names.ts';
import { embed, sh } from '../machines/command.ts';
import { CURL, DIG } from '../machines/own-programs.ts';
import { ok, problem, unknown, type LabProbe, type Patient, type Verdict } from './probe.ts';

const ROLL_OUT: Text = { en: '`hoplab up` does that.', ja: '`hoplab up` で設定されます。' };

/** Milliseconds: macOS waits 5 s for multicast DNS where a name below .local has no good answer. */
const MDNS = 4500;

const zone: LabProbe = {
  id: 'zone',
  title: { en: 'The zone', ja: 'ゾーン' },
  shown: { macos: 'grep zone lab.yaml' },
  expected: {
    en: 'no zone below `.local`, which belongs to multicast DNS',
    ja: 'マルチキャスト DNS のための `.local` 以下ではないゾーン',
  },
  async ask(_, { dns }) {
    if (!isInZone(dns.zone, 'local')) return [ok(verbatim(dns.zone))];
    return [
      ok({
        en: `${dns.zone} lies below .local: it works, needs the permission Local Network for each app, and a name that does not exist takes 5 s; k8s.internal or k8s.test as dns.zone has neither trouble`,
        ja: `${dns.zone} は .local 以下にある。使えるが、アプリごとに「ローカルネットワーク」の許可が要り、存在しない名前には 5 秒かかる。dns.zone を k8s.internal か k8s.test にすれば避けられる`,
      }),
    ];
  },
};

const file: LabProbe = {
  id: 'resolver-file',
  title: { en: 'File of the resolver', ja: 'リゾルバーのファイル' },
  shown: { macos: 'cat /etc/resolver/ZONE' },
  expected: { en: '`nameserver NODE` and `port 30053`', ja: '`nameserver NODE` と `port 30053`' },
  async ask({ run }, lab) {
    const { zone: name, address, port } = resolverZone(lab);
    const path = `/etc/resolver/${name}`;
    const printed = await run(sh`cat ${path}`);
    const text = printed.stdout;
    if (printed.exitCode !== 0 && !tellsAbsence(printed.stderr)) throw noAnswer(printed);
    if (printed.exitCode !== 0)
      return [unknown({ en: `${path} is not there yet`, ja: `${path} はまだない` }, ROLL_OUT)];
    const servers = [...text.matchAll(/^nameserver\s+(\S+)/gm)].map(([, server]) => server);
    const [, its = '53'] = /^port\s+(\d+)/m.exec(text) ?? [];
    const told = verbatim(`${path}: ${servers.join(', ')} port ${its}`);
    return [servers.join() === address && its === String(port) ? ok(told) : problem(told, ROLL_OUT)];
  },
};

const scutil: LabProbe = {
  id: 'resolver-order',
  title: { en: 'Who is asked for the zone', ja: 'ゾーンの問い合わせ先' },
  shown: { macos: 'scutil --dns' },
  expected: {
    en: 'one resolver with `domain : ZONE`, `nameserver[0] : NODE` and `port : 30053`, and none for the same domain before it',
    ja: '`domain : ZONE`、`nameserver[0] : NODE`、`port : 30053` の resolver が 1 つあり、同じ domain のものがその前にない',
  },
  async ask({ run, client }, lab) {
    const { zone: name, address, port } = resolverZone(lab);
    const { stdout } = await run(sh`scutil --dns`);
    const routes = routesOfName(nameRoutes(client, stdout), name);
    const ours = `${address}:${port}`;
    const [first] = routes;
    const told = routes
      .map(({ scope, domains, servers }) => `${scope} ${domains.join(' ')} → ${servers.join(', ') || '—'}`)
      .join('; ');
    if (!first || routes.every(({ servers }) => !servers.includes(ours))) {
      if (routes.every(({ domains }) => !domains.includes(`~${name}`)))
        return [
          unknown(
            { en: `macOS has no resolver for ${name} yet`, ja: `macOS に ${name} のリゾルバーはまだない` },
            ROLL_OUT,
          ),
        ];
      return [problem(verbatim(told), OVERRIDDEN)];
    }
    return [first.servers.includes(ours) ? ok(verbatim(told)) : problem(verbatim(told), OVERRIDDEN)];
  },
};

const OVERRIDDEN: Text = {
  en: 'Another resolver is set for the zone: a VPN or a profile. Disconnect it (`scutil --nc list`), or choose a zone that it does not take (dns.zone: k8s.test).',
  ja: 'そのゾーンに別のリゾルバーが設定されています (VPN やプロファイル)。切断する (`scutil --nc list`) か、それが使わないゾーン (dns.zone: k8s.test) を選んでください。',
};

const names: LabProbe = {
  id: 'names',
  title: { en: "The lab's names", ja: 'ラボの名前' },
  shown: {
    macos: 'dscacheutil -q host -a name NAME; dig @NODE -p 30053 NAME',
    linux: 'getent ahostsv4 NAME; dig @NODE -p 30053 NAME',
  },
  expected: { en: 'the VIP from both, at once', ja: 'どちらもすぐに VIP' },
  async ask(patient, lab) {
    const name = hostName(lab, firstEnvironment(lab));
    const { address, port } = resolverZone(lab);
    const direct = await patient.run(sh`${embed(DIG)} +short +time=2 +tries=1 @${address} -p ${port} ${name} A`);
    if (direct.exitCode === 127) throw noAnswer(direct);
    const looked = await patient.run(patient.client.lookUp(name));
    return [
      judgeNames(lab, { name, direct: direct.stdout.trim(), found: looked.stdout.trim(), took: looked.duration }),
    ];
  },
};

interface LookedUp {
  readonly name: string;
  /** What the cluster's DNS says, and what the system's resolver says. */
  readonly direct: string;
  readonly found: string;
  /** Milliseconds. */
  readonly took: number;
}

function judgeNames({ loadBalancer: { vip }, dns }: Lab, { name, direct, found, took }: LookedUp): Verdict {
  const told = { en: `${name}: ${found || 'no address'}`, ja: `${name}: ${found || 'アドレスなし'}` };
  if (found === vip)
    return took < MDNS || !dns.zone.endsWith('local') ? ok(told) : problem(slow(name, took), OTHER_ZONE);
  if (direct !== vip) {
    return unknown(
      { en: `The cluster's DNS does not answer for ${name} yet`, ja: `クラスターの DNS は ${name} にまだ応答しない` },
      {
        en: '`hoplab up`, or `hoplab verify cluster-dns` where that was done.',
        ja: '`hoplab up` を実行してください。済んでいれば `hoplab verify cluster-dns`。',
      },
    );
  }
  return problem(
    {
      en: `The cluster's DNS says ${vip}, and this computer's resolver does not: ${told.en}`,
      ja: `クラスターの DNS は ${vip} と答えるが、このコンピューターのリゾルバーは違う: ${told.ja}`,
    },
    {
      en: 'Roll out the stage client-resolver (`hoplab up`). Where that was done, something comes before it: a VPN, a filter, a profile with encrypted DNS, a line of /etc/hosts.',
      ja: 'ステージ client-resolver を展開してください (`hoplab up`)。済んでいれば、先に答えるものがあります。VPN、フィルター、暗号化 DNS のプロファイル、/etc/hosts の行です。',
    },
  );
}

function slow(name: string, took: number): Text {
  const seconds = (took / 1000).toFixed(1);
  return {
    en: `${name} took ${seconds} s: macOS waited for multicast DNS`,
    ja: `${name} に ${seconds} 秒かかった: macOS がマルチキャスト DNS を待った`,
  };
}

const OTHER_ZONE: Text = {
  en: 'Set dns.zone in the lab file to a zone that does not lie below .local, such as k8s.internal or k8s.test, and `hoplab up`.',
  ja: 'ラボファイルの dns.zone を .local 以下でないゾーン (k8s.internal や k8s.test) にして、`hoplab up` を実行してください。',
};

const web: LabProbe = {
  id: 'app',
  title: { en: 'The app by its name', ja: '名前でアプリに接続' },
  shown: { macos: 'curl http://NAME/; arp -an', linux: 'curl http://NAME/; ip -j neigh' },
  expected: { en: 'status 200, and a MAC address for the VIP', ja: 'ステータス 200 と、VIP の MAC アドレス' },
  async ask({ run, read }: Patient, lab) {
    const name = hostName(lab, firstEnvironment(lab));
    const { vip } = lab.loadBalancer;
    const { stdout, exitCode, stderr } = await run(
      sh`${embed(CURL)} -o /dev/null -m 10 -w ${'%{http_code} %{remote_ip}'} ${`http://${name}/`}`,
    );
    const near = (await read(neighbours)).find(({ address }) => address === vip);
    const mac = near ? { en: `, ${vip} is at ${near.mac}`, ja: `、${vip} は ${near.mac}` } : verbatim('');
    const status = stdout.slice(0, 3);
    const isRedirected = lab.optional.tls !== undefined && status === '301';
    if (exitCode === 0 && (status === '200' || isRedirected))
      return [ok({ en: `http://${name}/: ${status}${mac.en}`, ja: `http://${name}/: ${status}${mac.ja}` })];
    const said = exitCode === 0 ? stdout : stderr.trim();
    return [
      unknown(
        { en: `http://${name}/: ${said}${mac.en}`, ja: `http://${name}/: ${said}${mac.ja}` },
        {
          en: `Once \`hoplab up\` is done: \`hoplab trace http://${name}/\` shows at which hop it ends.`,
          ja: `\`hoplab up\` が済んでいれば、\`hoplab trace http://${name}/\` でどのホップで止まるかわかります。`,
        },
      ),
    ];
  },
};

export const nameProbes: readonly LabProbe[] = [zone, file, scutil, names, web];
