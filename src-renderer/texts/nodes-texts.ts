import type { Text } from '../../src-main/contract/text.ts';

/** The nodes of an open lab, which come and go. */
export const nodesTexts = {
  add: { en: 'Add a node', ja: 'ノードを追加' },
  addAbout: {
    en: 'Writes a worker into the lab file. Rolling out then prepares its machine and joins it to the cluster.',
    ja: 'ラボファイルにワーカーを書き加えます。展開すると、マシンを準備してクラスターに参加させます。',
  },
  address: { en: 'Address', ja: 'アドレス' },
  addressHint: {
    en: 'An IPv4 address, or an alias of ~/.ssh/config.',
    ja: 'IPv4 アドレスか、~/.ssh/config のエイリアス。',
  },
  change: { en: 'Change to the lab file', ja: 'ラボファイルの変更' },
  place: (file: string, line: number): Text => ({ en: `${file}, line ${line}`, ja: `${file} の ${line} 行目` }),
  write: { en: 'Only write it', ja: '書き込むだけ' },
  writeAndRollOut: { en: 'Write and roll out', ja: '書き込んで展開' },
  written: (node: string): Text => ({
    en: `${node} is in the lab file`,
    ja: `${node} をラボファイルに書きました`,
  }),
  remove: (node: string): Text => ({ en: `Remove ${node}`, ja: `${node} を削除` }),
  removeTitle: (node: string): Text => ({
    en: `Remove ${node} from the lab?`,
    ja: `${node} をラボから削除しますか?`,
  }),
  cannotTitle: (node: string): Text => ({ en: `${node} cannot be removed`, ja: `${node} は削除できません` }),
  asking: { en: 'Reading the lab file…', ja: 'ラボファイルを読んでいます…' },
  steps: [
    {
      en: 'Its pods move to other nodes. If one of them cannot, nothing is changed, and the reason is shown.',
      ja: 'Pod をほかのノードに移します。移せない Pod が 1 つでもあれば、何も変更せずに理由を示します。',
    },
    {
      en: 'It leaves the cluster, and what Hoplab installed is removed from the machine. Files that Hoplab replaced are restored.',
      ja: 'クラスターから外し、Hoplab が入れたものをマシンから取り除きます。Hoplab が置き換えたファイルは元に戻ります。',
    },
    {
      en: 'It leaves the lab file, and what is left to change on the other machines is rolled out.',
      ja: 'ラボファイルから外し、ほかのマシンに残る変更を展開します。',
    },
  ] as const satisfies readonly Text[],
  vmStep: {
    en: 'It leaves the cluster, and its VM is deleted with its disk and its snapshots.',
    ja: 'クラスターから外し、VM をディスクとスナップショットごと削除します。',
  },
  removeNow: { en: 'Remove the node', ja: 'ノードを削除' },
  gone: { en: 'Gone for good…', ja: 'もう戻らない…' },
  goneTitle: (node: string): Text => ({
    en: `Remove ${node} without its machine?`,
    ja: `マシンに触れずに ${node} を削除しますか?`,
  }),
  goneAbout: {
    en: 'Only if the machine does not answer and never will again. It leaves the cluster and the lab file.',
    ja: 'マシンが応答せず、この先も戻らない場合に限ります。クラスターとラボファイルから外します。',
  },
  stays: [
    {
      en: 'Data that its pods kept on its disk is lost to the cluster.',
      ja: 'その Pod がマシンのディスクに保存していたデータは、クラスターから失われます。',
    },
    {
      en: 'Everything is still on the machine: the kubelet, containerd, and a certificate of this cluster.',
      ja: 'マシンには kubelet も containerd もこのクラスターの証明書も残ります。',
    },
    {
      en: 'Switched on again, it would register with the cluster. To clean it up, add it with the same name and address, then remove it.',
      ja: '電源を入れるとクラスターにまた登録されます。そのときは同じ名前とアドレスで追加してから削除すれば片付きます。',
    },
  ] as const satisfies readonly Text[],
  vmGoes: {
    en: 'Its VM, as far as there is one, is deleted with its disk and its snapshots.',
    ja: 'VM が残っていれば、ディスクとスナップショットごと削除します。',
  },
  goneNow: { en: 'Remove it without its machine', ja: 'マシンに触れずに削除' },
};
