import type { Text } from '../../src-main/contract/text.ts';
import type { VmImageName, VmState } from '../../src-main/contract/machines.ts';

const images: Readonly<Record<VmImageName, string>> = {
  'debian-12': 'Debian 12',
  'debian-13': 'Debian 13',
  'ubuntu-24.04': 'Ubuntu 24.04',
};

/** A lab of VMs on this computer: its form, and its VMs once it is open. */
export const vmsTexts = {
  create: { en: 'New lab on this computer', ja: 'このコンピューターに新しいラボ' },
  about: {
    en: 'Hoplab makes the machines as VMs. Creating the lab writes its lab file; no VM is made before you roll out.',
    ja: 'マシンは Hoplab が VM として作ります。ラボの作成で書くのはラボファイルだけで、展開するまで VM は作りません。',
  },
  provider: { en: 'What runs the VMs', ja: 'VM を動かすもの' },
  asking: { en: 'Looking at what this computer has…', ja: 'このコンピューターを調べています…' },
  noProvider: {
    en: 'Nothing that Hoplab knows can run VMs on this computer. Create a lab of machines instead.',
    ja: 'Hoplab が使える VM の仕組みがこのコンピューターにはありません。実機のラボを作ってください。',
  },
  ready: (name: string): Text => ({ en: `${name} is ready to use.`, ja: `${name} を使えます。` }),
  lacks: (name: string): Text => ({ en: `${name} cannot be used yet`, ja: `${name} はまだ使えません` }),
  root: { en: 'Asks for an administrator.', ja: '管理者の権限が要ります。' },
  byHand: {
    en: 'Hoplab does not run these commands: run them yourself, then look again.',
    ja: 'これらのコマンドは Hoplab からは実行しません。ご自分で実行してから、もう一度調べてください。',
  },
  lookAgain: { en: 'Look again', ja: 'もう一度調べる' },
  shell: { en: 'Terminal on this computer', ja: 'このコンピューターのターミナル' },
  size: { en: 'The VMs', ja: 'VM' },
  count: { en: 'Number of VMs', ja: 'VM の台数' },
  cpus: { en: 'CPUs of each', ja: '各 VM の CPU' },
  memory: { en: 'Memory of each (GiB)', ja: '各 VM のメモリ (GiB)' },
  disk: { en: 'Disk of each (GiB)', ja: '各 VM のディスク (GiB)' },
  image: { en: 'Image', ja: 'イメージ' },
  images,
  ownImage: { en: 'A file', ja: 'ファイル' },
  imageFile: { en: 'Path of a cloud image', ja: 'クラウドイメージのパス' },
  made: { en: 'What will be made', ja: '作られるもの' },
  notYet: {
    en: 'Names and addresses are shown here once every field is right.',
    ja: 'すべての欄が正しくなると、名前とアドレスをここに表示します。',
  },
  node: { en: 'Node', ja: 'ノード' },
  address: { en: 'Address', ja: 'アドレス' },
  vm: { en: 'VM', ja: 'VM' },
  network: { en: 'Network', ja: 'ネットワーク' },
  pool: { en: 'MetalLB pool', ja: 'MetalLB のプール' },
  submit: { en: 'Create the lab', ja: 'ラボを作る' },

  title: { en: 'VMs', ja: 'VM' },
  states: {
    missing: { en: 'not made yet', ja: '未作成' },
    stopped: { en: 'stopped', ja: '停止' },
    running: { en: 'running', ja: '動作中' },
    foreign: { en: 'of another lab', ja: '別のラボの VM' },
    unknown: { en: 'unknown', ja: '不明' },
  } satisfies Record<VmState, Text>,
  reading: { en: 'Reading how the VMs are…', ja: 'VM の状態を取得中…' },
  refresh: { en: 'Read the VMs again', ja: 'VM の状態を取得し直す' },
  notRunning: { en: 'The VMs are not running', ja: 'VM が動いていません' },
  upStarts: {
    en: 'Rolling out makes and starts them first.',
    ja: '展開すると、まず VM を作って起動します。',
  },
  make: { en: 'Make and start', ja: '作って起動' },
  start: { en: 'Start', ja: '起動' },
  setClocks: { en: 'Start and set clocks', ja: '起動して時計を合わせる' },
  stop: { en: 'Stop the VMs', ja: 'VM を停止' },
  snapshot: { en: 'Take a snapshot…', ja: 'スナップショットを取る…' },
  snapshotTitle: { en: 'Take a snapshot of the lab', ja: 'ラボのスナップショットを取る' },
  snapshotAbout: {
    en: 'All VMs are stopped for it, so that it is of one moment, and started again if they ran.',
    ja: '全体を同じ時点でそろえるため、VM をすべて停止してから取り、動いていたものは再び起動します。',
  },
  snapshotName: { en: 'Name of the snapshot', ja: 'スナップショットの名前' },
  snapshotWrong: {
    en: 'At most 40 lower-case letters, digits and hyphens, with a letter or digit at both ends.',
    ja: '英小文字、数字、ハイフンで 40 文字以内。先頭と末尾は文字か数字にしてください。',
  },
  snapshotTaken: {
    en: 'There is a snapshot of that name: choose another one.',
    ja: 'その名前のスナップショットはすでにあります。別の名前にしてください。',
  },
  take: { en: 'Take the snapshot', ja: 'スナップショットを取る' },
  restore: { en: 'Restore a snapshot…', ja: 'スナップショットに戻す…' },
  restoreTitle: { en: 'Restore a snapshot of the lab', ja: 'ラボをスナップショットに戻す' },
  restoreAbout: {
    en: 'Everything that changed on the VMs since then is lost.',
    ja: 'それ以降に VM で変わったものはすべて失われます。',
  },
  restoreChoice: { en: 'Snapshot', ja: 'スナップショット' },
  restoreNow: { en: 'Restore', ja: '戻す' },
  noSnapshots: { en: 'There is no snapshot of all VMs.', ja: 'すべての VM がそろったスナップショットはありません。' },
  delete: { en: 'Delete the VMs…', ja: 'VM を削除…' },
  deleteTitle: { en: 'Delete these VMs?', ja: 'これらの VM を削除しますか?' },
  deleteAbout: {
    en: 'Everything on them is lost, snapshots as well. The lab file stays: rolling out makes new VMs.',
    ja: '中身もスナップショットもすべて失われます。ラボファイルは残り、展開すると新しい VM を作ります。',
  },
  deleteNow: { en: 'Delete the VMs', ja: 'VM を削除' },
  makeAndRollOut: { en: 'Start the VMs and roll out', ja: 'VM を起動して展開' },
  planned: {
    en: 'What the stages change is planned once the VMs run.',
    ja: 'ステージごとの変更は、VM が動いてから計画します。',
  },
};
