import type { Text } from '../contract/text.ts';

/** What the help says of commands, arguments and options. */
export const helpTexts = {
  hoplab: {
    en: 'Bare Linux machines to a kubeadm cluster over SSH, stage by stage, and where every packet goes.',
    ja: '素の Linux マシンを SSH でステージごとに kubeadm クラスターにし、パケットの通り道を示す。',
  },
  help: { en: 'display help for command', ja: 'ヘルプを示す' },
  version: { en: 'output the version number', ja: 'バージョンを示す' },
  file: { en: 'the lab file', ja: 'ラボファイル' },
  lang: { en: 'language of the output', ja: '出力の言語' },
  json: { en: 'events as JSON lines, for programs', ja: 'イベントを JSON の行で出力する。プログラム向け' },
  verbose: { en: 'show commands and their output', ja: 'コマンドとその出力を示す' },
  acceptNew: {
    en: 'pin unknown host keys without asking; changed keys are still refused',
    ja: '知らないホスト鍵を尋ねずに固定する。変わった鍵はそれでも拒否する',
  },
  inOrder: { en: 'make nothing before its stage', ja: 'ステージより先には何も行わない' },
  recording: {
    en: 'work on the recording of a real lab that ships with Hoplab; no machine is touched',
    ja: 'Hoplab に付属する実際のラボの記録を使う。どのマシンにも触れない',
  },
  speed: {
    en: 'playback speed of the recording (default: 1; for tour: 10)',
    ja: '記録の再生速度 (既定値: 1、tour では 10)',
  },
  machines: {
    en: 'the nodes, the control plane first: address, name=address, or an alias of ~/.ssh/config',
    ja: 'ノード。コントロールプレーンが先頭。アドレス、name=address、または ~/.ssh/config のエイリアス',
  },
  init: { en: 'write a commented lab file', ja: 'コメント付きのラボファイルを書く' },
  nodes: {
    en: 'the same, separated by commas',
    ja: '同じものをコンマ区切りで',
  },
  user: { en: 'SSH user on the nodes', ja: 'ノードの SSH ユーザー' },
  key: { en: 'private key', ja: '秘密鍵' },
  password: { en: 'ask for an SSH password', ja: 'SSH のパスワードを尋ねる' },
  sudo: { en: 'how sudo works', ja: 'sudo の動作' },
  client: { en: 'the client, if it is not this computer', ja: 'クライアント。このコンピューターでない場合' },
  pool: { en: "MetalLB's addresses: FIRST-LAST or a CIDR", ja: 'MetalLB のアドレス。FIRST-LAST か CIDR' },
  vip: { en: 'the virtual IP', ja: '仮想 IP' },
  zone: { en: 'DNS zone of the lab', ja: 'ラボの DNS ゾーン' },
  bundle: {
    en: 'install from this bundle, a file or folder; default: online',
    ja: 'インストールに使うバンドルのファイルまたはフォルダー。既定値はオンライン',
  },
  overrides: { en: 'kubeadm documents to merge in', ja: '組み込む kubeadm のドキュメント' },
  force: { en: 'replace an existing file', ja: '既存のファイルを置き換える' },
  vms: { en: 'the VMs of a lab on this computer', ja: 'このコンピューターにあるラボの VM' },
  vmsList: { en: 'list them and their snapshots', ja: 'VM とスナップショットの一覧' },
  vmsStart: {
    en: 'make those that are missing, start the others, wait until they answer, and set their clocks',
    ja: 'ない VM を作り、止まっている VM を起動し、応答を待ち、時計を合わせる',
  },
  vmsStop: { en: 'shut them down', ja: 'シャットダウンする' },
  vmsSnapshot: {
    en: 'keep all of them as they are; they are stopped for a moment',
    ja: 'すべてを今の状態のまま保存する。その間は停止する',
  },
  vmsRestore: { en: 'bring all of them back to a snapshot', ja: 'すべてをスナップショットの状態に戻す' },
  vmsDelete: { en: 'delete them with everything on them', ja: '中身ごと削除する' },
  snapshotName: { en: 'name of the snapshot', ja: 'スナップショットの名前' },
  onVms: {
    en: 'have VMs made on this computer by this provider, instead of naming nodes',
    ja: 'ノードを指定する代わりに、このコンピューターに VM を作る。作るのに使うもの',
  },
  vmCount: { en: 'how many VMs (default: 3)', ja: 'VM の台数 (既定値: 3)' },
  vmCpus: { en: 'CPUs of each VM (default: 2)', ja: 'VM ごとの CPU 数 (既定値: 2)' },
  vmMemory: { en: 'memory of each VM (default: 2GiB)', ja: 'VM ごとのメモリー (既定値: 2GiB)' },
  vmDisk: { en: 'disk of each VM (default: 20GiB)', ja: 'VM ごとのディスク (既定値: 20GiB)' },
  vmImage: {
    en: 'debian-12 (default), debian-13, ubuntu-24.04, or a cloud image',
    ja: 'debian-12 (既定値)、debian-13、ubuntu-24.04、またはクラウドイメージ',
  },
  trust: { en: 'show the host keys of the machines and pin them', ja: 'マシンのホスト鍵を示し、固定する' },
  replaceKey: {
    en: 'pin the new key of a machine that was reinstalled',
    ja: '再インストールしたマシンの新しい鍵を固定する',
  },
  compared: {
    en: 'do not ask: you have compared the fingerprints',
    ja: '尋ねない。フィンガープリントは照合済みとする',
  },
  serve: {
    en: 'serve the window as a page for a browser on this computer',
    ja: 'ウィンドウをこのコンピューターのブラウザのページとして提供する',
  },
  port: { en: 'the port on 127.0.0.1; default: any that is free', ja: '127.0.0.1 のポート。既定値は空いているもの' },
  idle: {
    en: 'exit after this many minutes without a page',
    ja: 'ページがないままこの分数が過ぎると終了する',
  },
  trace: {
    en: 'follow a request through the lab, hop by hop: send it once while every kernel traces it',
    ja: 'ラボの中のリクエストをホップごとに追跡する。すべてのカーネルが追跡する間に 1 回送る',
  },
  count: {
    en: 'send this many requests and show how they spread; more than 20 are not saved',
    ja: 'この数のリクエストを送り、分布を示す。20 を超えると保存しない',
  },
  predict: {
    en: 'send no request: predict the path from facts',
    ja: 'リクエストを送らず、読み取った事実からパスを予測する',
  },
  formatEach: { en: 'print each path in a document format', ja: '各パスを文書の形式で出力する' },
  situation: {
    en: 'with --recording: a request recorded while something was broken',
    ja: '--recording とともに。障害中に記録したリクエスト',
  },
  paths: {
    en: 'list the paths that were followed in this lab, here or in the window',
    ja: 'このラボでコマンドラインやウィンドウから追跡したパスの一覧を示す',
  },
  path: { en: 'show this path, by its id', ja: 'この ID のパスを示す' },
  format: { en: 'print the path in a document format', ja: 'パスを文書の形式で出力する' },
  journals: { en: 'list the rollouts of this lab', ja: 'このラボの展開の一覧を示す' },
  journal: { en: 'show the journal of this rollout, by its id', ja: 'この ID の展開のジャーナルを示す' },
  tour: {
    en: 'roll out the recording from bare machines; no machine is touched',
    ja: '素のマシンからの展開を記録で再生する。どのマシンにも触れない',
  },
  plan: { en: 'show every change that `up` would make now', ja: 'いま `up` が行うすべての変更を示す' },
  to: { en: 'only up to this stage', ja: 'このステージまで' },
  up: {
    en: 'roll out: make the changes that are missing and check each stage',
    ja: '展開する。足りない変更を行い、各ステージをチェックする',
  },
  verify: { en: 'run the checks; change nothing', ja: 'チェックを実行する。何も変えない' },
  verified: { en: 'only this stage', ja: 'このステージだけ' },
  status: {
    en: 'show which stages are in place, as read from the machines',
    ja: 'マシンから読み取り、完了しているステージを示す',
  },
  undo: {
    en: 'undo a stage and those that need it',
    ja: 'ステージと、それを必要とするステージを元に戻す',
  },
  undone: { en: 'this stage, and those that need it', ja: 'このステージと、それを必要とするもの' },
  proveVip: {
    en: 'put a spare address on one node after the other, and reach it from here',
    ja: '空きアドレスを順にノードへ付け、ここから届くか確かめる',
  },
  doctor: {
    en: 'look at this computer, and at the lab from here; change nothing',
    ja: 'このコンピューターと、ここから見たラボを調べる。何も変えない',
  },
  report: {
    en: 'write what was found to a file that can be sent (.json or text)',
    ja: '結果を、人に送れるファイルに書く (.json またはテキスト)',
  },
  reset: { en: 'undo everything, to bare nodes', ja: 'すべてを元に戻し、素のノードにする' },
  yes: { en: 'do not ask', ja: '尋ねない' },
  nodeCommands: { en: 'add or remove nodes of a lab', ja: 'ラボのノードを追加・削除する' },
  nodeAdd: { en: 'add workers to the lab file, and roll out', ja: 'ラボファイルにワーカーを加えて展開する' },
  addedMachines: {
    en: 'NAME=ADDRESS, an address, or an alias of ~/.ssh/config',
    ja: '名前=アドレス、アドレス、または ~/.ssh/config のエイリアス',
  },
  noUp: { en: 'only write the lab file', ja: 'ラボファイルに書くだけにする' },
  nodeRemove: {
    en: 'move the pods of a worker, take it out of the cluster and the lab file, and clean up its machine',
    ja: 'ワーカーの Pod を移し、クラスターとラボファイルから外して、マシンを片付ける',
  },
  removedNode: { en: 'name of the worker in the lab file', ja: 'ラボファイルにあるワーカーの名前' },
  gone: {
    en: 'its machine does not answer and never will: leave it as it is',
    ja: 'マシンがもう応答しない場合に、マシンには触れずに外す',
  },
  rules: {
    en: 'show by which rules a node leads packets to a Service, in each mode that kube-proxy has worked in',
    ja: 'ノードがどのルールで Service にパケットを導くかを、kube-proxy のこれまでのモードごとに表示する',
  },
  ofNode: { en: 'whose kernel; default: the control plane', ja: 'どのノードのカーネルか (既定はコントロールプレーン)' },
  kubeconfig: {
    en: 'write a context for kubectl on this computer, with a certificate of its own',
    ja: 'このコンピューターの kubectl のために、専用の証明書を持つコンテキストを書く',
  },
  useContext: { en: 'make it the current context', ja: '現在のコンテキストにする' },
  removeContext: {
    en: 'remove the context, and end what its certificate may do',
    ja: 'コンテキストを削除し、その証明書を使えなくする',
  },
  completion: {
    en: 'print a script that makes your shell complete hoplab: bash, zsh or fish',
    ja: 'シェル (bash、zsh、fish) で hoplab の入力を補完するスクリプトを出力する',
  },
  shell: { en: 'your shell', ja: '使っているシェル' },
  components: {
    en: 'show what is installed: version, licence, where it comes from, and who vouches for it',
    ja: 'インストールするもののバージョン・ライセンス・入手元と、だれが保証するかを示す',
  },
  kubernetesVersion: {
    en: 'what goes with this version, without a lab file',
    ja: 'ラボファイルなしで、このバージョンに合うものを示す',
  },
  bundles: {
    en: 'make and look at bundles: everything that is installed, in one file',
    ja: 'インストールするものをまとめた 1 つのファイル (バンドル) を作り、調べる',
  },
  bundleCreate: {
    en: 'download everything and write it as one file',
    ja: 'すべてをダウンロードし、1 つのファイルに書く',
  },
  bundleFile: { en: 'the file to write', ja: '書くファイル' },
  arch: {
    en: 'amd64, arm64 or both, separated by commas; default: that of this computer',
    ja: 'amd64、arm64、または両方をコンマ区切りで。既定値はこのコンピューターのもの',
  },
  bundlePlace: { en: 'the file or folder of a bundle', ja: 'バンドルのファイルまたはフォルダー' },
  bundleOther: {
    en: 'another bundle; default: the catalogue of this Hoplab',
    ja: '別のバンドル。既定値はこの Hoplab のカタログ',
  },
  bundleVerify: {
    en: 'read every byte of a bundle and compare it with its sha256',
    ja: 'バンドルの全バイトを読み、sha256 と比べる',
  },
  bundleShow: { en: 'show what is in a bundle', ja: 'バンドルの中身を示す' },
  bundleDiff: { en: 'show what two bundles have differently', ja: '2 つのバンドルの違いを示す' },
  cache: { en: 'look at what was downloaded, for all labs', ja: 'すべてのラボのためにダウンロードしたものを調べる' },
  cacheList: { en: 'list it, the last used first', ja: '最後に使ったものから順に示す' },
  cachePrune: { en: 'remove what no known version needs', ja: '既知のどのバージョンにも要らないものを削除する' },
  cachePruneAll: { en: 'remove everything', ja: 'すべて削除する' },
} satisfies Record<string, Text>;
