import { verbatim, type Text } from '../contract/text.ts';
import { resolverSettings, type ResolverSettings } from '../facts/resolver-settings.ts';
import { passedIf, type Check } from './check.ts';

/** Names below these are unsigned for systemd-resolved whatever its DNSSEC is: its own negative trust anchors. */
const UNSIGNED = /(?:^|\.)(?:corp|home|internal|intranet|lan|local|private|test|home\.arpa)$/;

interface Finding {
  readonly found: string;
  readonly remedy: Text;
}

export const resolverFits: Check = {
  id: 'resolver-fits',
  sentence: {
    en: "This computer's resolver can send queries for the lab's zone, and only those, to the cluster",
    ja: 'このコンピューターのリゾルバーがラボのゾーンの名前だけをクラスターに問い合わせられる',
  },
  on: 'client',
  async ask(question) {
    const { lab, client, machineName } = question;
    if (client.platform !== 'linux') {
      const reason = {
        en: 'macOS uses a separate file for each zone.',
        ja: 'macOS ではゾーンごとに専用のファイルを使う。',
      };
      return { status: 'not-applicable', reason };
    }
    const findings = inTheWay(await question.read(machineName, resolverSettings), lab.dns.zone);
    const [first] = findings;
    return {
      status: passedIf(first === undefined),
      expected: {
        en: "systemd-resolved runs, is the system's resolver, and has no global name server",
        ja: 'systemd-resolved が動き、システムのリゾルバーであり、グローバルな DNS サーバーを持たない',
      },
      actual: first ? verbatim(findings.map(({ found }) => found).join('; ')) : { en: 'as expected', ja: '期待どおり' },
      meaning: {
        en: "The cluster's DNS is set there as a global name server with the zone; with several global servers, resolved sends all queries to one of them.",
        ja: 'クラスターの DNS はゾーンとともにグローバルなサーバーとして書かれる。複数あると resolved はすべての名前をそのうちの 1 つに聞く。',
      },
      remedy: first?.remedy ?? { en: 'Nothing.', ja: 'なし。' },
    };
  },
};

function inTheWay(settings: ResolverSettings, zone: string): readonly Finding[] {
  if (settings.state !== 'active') return [{ found: `systemd-resolved: ${settings.state || '—'}`, remedy: START }];
  const { dnssec, dnsOverTls, folderMode } = settings;
  const others = settings.servers.filter(({ file }) => !file.endsWith(`/hoplab-${zone}.conf`));
  const findings: Finding[] = [];
  if (!settings.isAsked) findings.push({ found: '/etc/resolv.conf', remedy: ASK });
  for (const { value, file } of others) findings.push({ found: `DNS=${value} (${file})`, remedy: toLink(value, file) });
  if (dnsOverTls && isStrict(dnsOverTls.value)) {
    const found = `DNSOverTLS=${dnsOverTls.value} (${dnsOverTls.file})`;
    findings.push({ found, remedy: relax('DNSOverTLS=opportunistic', dnsOverTls.file) });
  }
  if (dnssec && isStrict(dnssec.value) && !UNSIGNED.test(zone)) {
    const found = `DNSSEC=${dnssec.value} (${dnssec.file})`;
    findings.push({ found, remedy: relax('DNSSEC=allow-downgrade', dnssec.file) });
  }
  if (folderMode !== '' && !/[57]$/.test(folderMode)) {
    findings.push({ found: `/etc/systemd/resolved.conf.d: ${folderMode}`, remedy: OPEN });
  }
  return findings;
}

/** As systemd reads a boolean. */
function isStrict(value: string): boolean {
  return ['1', 'yes', 'y', 'true', 't', 'on'].includes(value.toLowerCase());
}

function toLink(server: string, file: string): Text {
  return {
    en: `Remove DNS=${server} from ${file} and set it on the network connection instead (\`nmcli connection modify NAME ipv4.dns ADDRESS\`, or DNS= in its .network file), then \`systemctl restart systemd-resolved\` and roll out again.`,
    ja: `${file} から DNS=${server} を外し、代わりにネットワーク接続に設定してください (\`nmcli connection modify 名前 ipv4.dns アドレス\`、または .network ファイルの DNS=)。\`systemctl restart systemd-resolved\` のあと、展開し直してください。`,
  };
}

function relax(setting: string, file: string): Text {
  return {
    en: `The cluster's DNS supports neither TLS nor DNSSEC: set ${setting} in ${file}, then \`systemctl restart systemd-resolved\` and roll out again.`,
    ja: `クラスターの DNS は TLS にも DNSSEC にも対応していません。${file} で ${setting} とし、\`systemctl restart systemd-resolved\` のあと展開し直してください。`,
  };
}

const START: Text = {
  en: 'Start it: `sudo systemctl enable --now systemd-resolved` (Debian, Ubuntu, Fedora: the package systemd-resolved).',
  ja: '起動してください: `sudo systemctl enable --now systemd-resolved` (Debian・Ubuntu・Fedora ではパッケージ systemd-resolved)。',
};

const ASK: Text = {
  en: 'Programs here use another resolver: `sudo ln -sf /run/systemd/resolve/stub-resolv.conf /etc/resolv.conf` makes them use systemd-resolved.',
  ja: 'ここのプログラムは別のリゾルバーに問い合わせています。`sudo ln -sf /run/systemd/resolve/stub-resolv.conf /etc/resolv.conf` で systemd-resolved に変えられます。',
};

const OPEN: Text = {
  en: 'systemd-resolved, which does not run as root, cannot read this folder: `sudo chmod 755 /etc/systemd/resolved.conf.d`, and roll out again.',
  ja: 'root でない systemd-resolved がこのフォルダーを読めません。`sudo chmod 755 /etc/systemd/resolved.conf.d` のあと展開し直してください。',
};
