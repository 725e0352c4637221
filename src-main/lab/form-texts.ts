import { VM_IMAGES } from '../contract/machines.ts';
import { shown } from './finding.ts';
import type { Text } from '../contract/text.ts';

interface Said {
  readonly text: Text;
  readonly remedy: Text;
}

const labelRule: Text = {
  en: 'Use 1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends.',
  ja: '英小文字・数字・ハイフンだけを使い、先頭と末尾は英小文字か数字にして、63 文字以内にしてください。',
};
const domainRule: Text = {
  en: 'Use lower-case letters, digits and hyphens, in parts separated by dots, each part at most 63 long.',
  ja: '英小文字・数字・ハイフンをドットで区切り、各部分は 63 文字以内にしてください。',
};

function said(en: string, ja: string, remedy: Text): Said {
  return { text: { en, ja }, remedy };
}

/** What is said when a value does not have the form of its field. `v` is the value as it may be quoted. */
const byKind = {
  label: (v: string) =>
    said(`"${v}" is not a name that Kubernetes accepts.`, `「${v}」は Kubernetes で使えない名前です。`, labelRule),
  'lab-name': (v: string) =>
    said(`"${v}" is not a usable name for a lab.`, `「${v}」はラボの名前に使えません。`, {
      en: 'Use at most 55 lower-case letters, digits and hyphens, with a letter first: Services are named after it.',
      ja: 'Service の名前にも使われるため、英小文字で始め、英小文字・数字・ハイフンだけで 55 文字以内にしてください。',
    }),
  'node-name': (v: string) =>
    said(`"${v}" is not a node name that Kubernetes accepts.`, `「${v}」は Kubernetes のノード名に使えません。`, {
      en: 'Use at most 63 lower-case letters, digits, hyphens and dots, with a letter or digit at both ends.',
      ja: '英小文字・数字・ハイフン・ドットだけを使い、先頭と末尾は英小文字か数字にして、全体を 63 文字以内にしてください。',
    }),
  'gateway-name': (v: string) =>
    said(`"${v}" is not a usable name for the Gateway.`, `「${v}」は Gateway の名前に使えません。`, {
      en: 'Use at most 57 lower-case letters, digits and hyphens, with a letter first: a Service is named after it.',
      ja: 'Service の名前にも使われるため、英小文字で始め、英小文字・数字・ハイフンだけで 57 文字以内にしてください。',
    }),
  ipv4: (v: string) =>
    said(`"${v}" is not an IPv4 address.`, `「${v}」は IPv4 アドレスではありません。`, {
      en: 'Write four numbers from 0 to 255, for example 192.168.2.10.',
      ja: '192.168.2.10 のように、0 から 255 の数を 4 つ書いてください。',
    }),
  cidr: (v: string) =>
    said(`"${v}" is not an IPv4 network.`, `「${v}」は IPv4 のネットワークではありません。`, {
      en: 'Write an address and a prefix length, for example 10.244.0.0/16.',
      ja: '10.244.0.0/16 のように、アドレスとプレフィックス長を書いてください。',
    }),
  pool: (v: string) =>
    said(`"${v}" is not a range of IPv4 addresses.`, `「${v}」は IPv4 アドレスの範囲ではありません。`, {
      en: 'Write FIRST-LAST without spaces, for example 192.168.2.200-192.168.2.250, or a network such as 192.168.2.192/27.',
      ja: '192.168.2.200-192.168.2.250 のような空白なしの「最初-最後」か、192.168.2.192/27 のようなネットワークを書いてください。',
    }),
  user: (v: string) =>
    said(`"${v}" is not a user name.`, `「${v}」はユーザー名として使えません。`, {
      en: 'Use at most 32 letters, digits, dots, hyphens and underscores, with a letter or underscore first.',
      ja: '英字か _ で始め、英数字・ドット・ハイフン・_ だけで 32 文字以内にしてください。',
    }),
  'machine-address': (v: string) =>
    said(`"${v}" is neither an IPv4 address nor a host name.`, `「${v}」は IPv4 アドレスでもホスト名でもありません。`, {
      en: 'Write for example 192.168.2.1 or jump.example.com.',
      ja: '192.168.2.1 や jump.example.com のように書いてください。',
    }),
  path: () =>
    said('This is not a path.', 'パスとして使えません。', {
      en: 'Write a path relative to the lab file, an absolute one, or one that begins with ~/.',
      ja: 'ラボファイルからの相対パス、絶対パス、または ~/ で始まるパスを書いてください。',
    }),
  zone: (v: string) => said(`"${v}" is not a DNS zone.`, `「${v}」は DNS のゾーン名ではありません。`, domainRule),
  host: (v: string) => said(`"${v}" is not a host name.`, `「${v}」はホスト名として使えません。`, domainRule),
  image: (v: string) =>
    said(`"${v}" is not an image reference.`, `「${v}」はイメージの参照として正しくありません。`, {
      en: 'Write REGISTRY/NAME:TAG, for example registry.k8s.io/e2e-test-images/agnhost:2.56.',
      ja: 'registry.k8s.io/e2e-test-images/agnhost:2.56 のように「レジストリー/名前:タグ」を書いてください。',
    }),
  version: (v: string) =>
    said(`"${v}" is not a version of Kubernetes.`, `「${v}」は Kubernetes のバージョンではありません。`, {
      en: 'Write three numbers without v, for example 1.37.1.',
      ja: '1.37.1 のように、v を付けずに 3 つの数で書いてください。',
    }),
  port: (v: string) => said(`"${v}" is not a port.`, `「${v}」はポート番号ではありません。`, wholeNumber(1, 65_535)),
  'node-port': (v: string) =>
    said(
      `"${v}" is not a port that Kubernetes gives to a NodePort.`,
      `「${v}」は NodePort に使えるポート番号ではありません。`,
      wholeNumber(30_000, 32_767),
    ),
  replicas: (v: string) =>
    said(`"${v}" is not a usable number of pods.`, `「${v}」は Pod の数として使えません。`, wholeNumber(1, 100)),
  weight: (v: string) =>
    said(`"${v}" is not a share in percent.`, `「${v}」は割合 (%) として使えません。`, wholeNumber(0, 100)),
  flag: () =>
    said('This must be true or false.', 'true か false でなければなりません。', {
      en: 'Write true or false, without quotes.',
      ja: '引用符を付けずに true か false と書いてください。',
    }),
  // Here and in sudo the value may be a password: it is not repeated.
  password: () =>
    said(
      'A password does not belong in a lab file; this must be true or false.',
      'パスワードはラボファイルに書けません。ここは true か false です。',
      {
        en: 'Write true, and Hoplab asks for the password when it connects.',
        ja: 'true と書くと、接続時に Hoplab がパスワードを尋ねます。',
      },
    ),
  sudo: () =>
    said('This must be passwordless or password.', 'passwordless か password でなければなりません。', {
      en: 'Write password, and Hoplab asks for the password of sudo when it needs it.',
      ja: 'password と書くと、必要なときに Hoplab が sudo のパスワードを尋ねます。',
    }),
  argument: () =>
    said('An argument must be text.', '引数は文字列でなければなりません。', {
      en: 'Put it into quotes.',
      ja: '引用符で囲んでください。',
    }),
  client: () =>
    said(
      'The client must be this-computer or a machine with an address.',
      'client は this-computer か、アドレスを持つマシンでなければなりません。',
      {
        en: 'Write client: this-computer, or client: { address: 192.168.2.50 }.',
        ja: '「client: this-computer」または「client: { address: 192.168.2.50 }」と書いてください。',
      },
    ),
  source: () =>
    said('The source must be online or a bundle.', 'source は online か、バンドルの指定でなければなりません。', {
      en: 'Write source: online, or source: { bundle: FOLDER_OR_FILE }.',
      ja: '「source: online」または「source: { bundle: フォルダーかファイル }」と書いてください。',
    }),
  mirrors: () =>
    said(
      'The mirrors must be one address, or an address for each host.',
      'mirrors は 1 つのアドレスか、ホストごとのアドレスでなければなりません。',
      mirrors,
    ),
  mirror: (v: string) =>
    v.includes('@')
      ? said('A password does not belong in a lab file.', 'パスワードはラボファイルに書けません。', {
          en: 'Remove the mirror here and set HOPLAB_MIRROR=https://USER:PASSWORD@HOST in the environment.',
          ja: 'ここからミラーを取り除き、環境変数に HOPLAB_MIRROR=https://USER:PASSWORD@HOST を設定してください。',
        })
      : said(`"${v}" is not the address of a mirror.`, `「${v}」はミラーのアドレスではありません。`, mirrors),
  'mirrored-host': (v: string) =>
    said(`"${v}" is not the name of a host.`, `「${v}」はホスト名ではありません。`, mirrors),
  proxy: (v: string) =>
    v.includes('@')
      ? said('A password does not belong in a lab file.', 'パスワードはラボファイルに書けません。', {
          en: 'Remove the proxy here and set HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT in the environment.',
          ja: 'ここから proxy を取り除き、環境変数に HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT を設定してください。',
        })
      : said(`"${v}" is not the address of a proxy.`, `「${v}」はプロキシのアドレスではありません。`, {
          en: 'Write it as http://HOST:PORT.',
          ja: 'http://ホスト:ポート の形で書いてください。',
        }),
  'no-proxy': (v: string) =>
    said(`"${v}" names no host and no network.`, `「${v}」はホストでもネットワークでもありません。`, {
      en: 'Write HOST, HOST:PORT, a network such as 10.0.0.0/8, or "*" for everything.',
      ja: 'ホスト、ホスト:ポート、10.0.0.0/8 のようなネットワーク、またはすべてを表す "*" を書いてください。',
    }),
  mapping: () =>
    said('This must be a mapping of keys to values.', 'ここにはキーと値の対応が必要です。', {
      en: 'Write the keys below it, indented, or { key: value }.',
      ja: '字下げしてキーを並べるか、{ キー: 値 } と書いてください。',
    }),
  list: () =>
    said('This must be a list.', 'ここにはリストが必要です。', {
      en: 'Begin each item with "- " on a line of its own, or write [ item, item ].',
      ja: '各項目を「- 」で始まる行に書くか、[ 項目, 項目 ] と書いてください。',
    }),
  'no-nodes': () =>
    said('The lab has no nodes.', 'ノードが 1 つもありません。', {
      en: 'Name at least one machine, with the role control-plane.',
      ja: 'ロールが control-plane のマシンを少なくとも 1 台書いてください。',
    }),
  'no-environments': () =>
    said('The app has no environments.', 'アプリの環境が 1 つもありません。', {
      en: 'Name at least one, or remove the key to get staging and prod.',
      ja: '少なくとも 1 つ書くか、キーを取り除いて既定の staging と prod を使ってください。',
    }),
  'kube-proxy': (v: string) =>
    said(
      `Hoplab makes no cluster with kube-proxy in ${v} mode.`,
      `Hoplab は kube-proxy が ${v} モードのクラスターを作りません。`,
      {
        en: 'Write iptables or nftables; `optional: { kubeProxyMode: ipvs }` switches the finished cluster.',
        ja: 'iptables か nftables を書いてください。作成後に `optional: { kubeProxyMode: ipvs }` で切り替えられます。',
      },
    ),
  'vm-count': (v: string) =>
    said(`"${v}" is not a number of VMs.`, `「${v}」は VM の台数として使えません。`, wholeNumber(1, 20)),
  'vm-cpus': (v: string) =>
    said(`"${v}" is not a number of processors for a VM.`, `「${v}」は VM の CPU 数として使えません。`, {
      en: 'Write a whole number from 2 to 64, without quotes: kubeadm wants two for a control plane.',
      ja: '引用符を付けずに 2 から 64 までの整数を書いてください。kubeadm はコントロールプレーンに 2 つを求めます。',
    }),
  'vm-memory': (v: string) =>
    said(`"${v}" is not an amount of memory.`, `「${v}」はメモリーの量ではありません。`, {
      en: 'Write it as 2GiB or 1800MiB, at least 1800MiB.',
      ja: '2GiB や 1800MiB のように、1800MiB 以上で書いてください。',
    }),
  'vm-disk': (v: string) =>
    said(`"${v}" is not the size of a disk.`, `「${v}」はディスクの大きさではありません。`, {
      en: 'Write it as 20GiB.',
      ja: '20GiB のように書いてください。',
    }),
  'vm-image': (v: string) =>
    said(`"${v}" is not an image that Hoplab knows.`, `「${v}」は Hoplab の知らないイメージです。`, {
      en: `Write ${VM_IMAGES.join(', ')}, or the path of a cloud image such as ./image.qcow2.`,
      ja: `${VM_IMAGES.join('、')} か、./image.qcow2 のようなクラウドイメージのパスを書いてください。`,
    }),
  choice: (v: string) =>
    said(`"${v}" is not one of the possible values.`, `「${v}」は指定できる値ではありません。`, {
      en: 'Choose one of those that exist.',
      ja: '指定できる値から選んでください。',
    }),
};

const mirrors: Text = {
  en: 'Write mirrors: https://MIRROR, or mirrors: { dl.k8s.io: https://MIRROR/PATH }; without user and password.',
  ja: '「mirrors: https://ミラー」または「mirrors: { dl.k8s.io: https://ミラー/パス }」と、ユーザー名とパスワードなしで書いてください。',
};

function wholeNumber(from: number, to: number): Text {
  return {
    en: `Write a whole number from ${from} to ${to}, without quotes.`,
    ja: `引用符を付けずに ${from} から ${to} までの整数を書いてください。`,
  };
}

export type RefusalKind = keyof typeof byKind;

/** What is wrong with a value that does not have the form of its field. */
export function refusal(kind: RefusalKind, value: unknown): Said {
  const said = byKind[kind](shown(value));
  return value === '' ? { ...said, text: { en: 'A value is missing.', ja: '値がありません。' } } : said;
}

export function isRefusalKind(kind: string): kind is RefusalKind {
  return Object.hasOwn(byKind, kind);
}
