/** The list of labs. */
export const labsTexts = {
  title: { en: 'Labs', ja: 'ラボ' },
  about: {
    en: 'A lab is a few machines on one LAN, and the packets between them.',
    ja: 'ラボとは、数台のマシンと 1 つの LAN、そしてその間を流れるパケットの道筋です。',
  },
  create: { en: 'New lab', ja: '新しいラボ' },
  openFile: { en: 'Open a lab file', ja: 'ラボファイルを開く' },
  openLab: (name: string) => ({ en: `Open lab: ${name}`, ja: `ラボを開く: ${name}` }),
  path: { en: 'Path of the lab file', ja: 'ラボファイルのパス' },
  open: { en: 'Open', ja: '開く' },
  nodes: (n: number) => ({ en: n === 1 ? '1 node' : `${n} nodes`, ja: `ノード ${n} 台` }),
  recordingAbout: (date: string) => ({
    en: `A real lab, recorded on ${date}. Roll it out and undo it: every answer comes from the real machines.`,
    ja: `${date} に記録した本物のラボ。展開も元に戻すこともでき、応答はすべて実際のマシンのものです。`,
  }),
  lastOpened: (date: string) => ({ en: `opened ${date}`, ja: `最終利用 ${date}` }),
  edit: (name: string) => ({ en: `Edit the lab file of ${name}`, ja: `${name} のラボファイルを編集` }),
  editTitle: (name: string) => ({ en: `Lab file of ${name}`, ja: `${name} のラボファイル` }),
  text: { en: 'Text of the lab file', ja: 'ラボファイルの内容' },
  noProblems: { en: 'No problems found.', ja: '問題はありません。' },
  notSaved: { en: 'Not saved yet', ja: '未保存の変更があります' },
  save: { en: 'Save', ja: '保存' },
  opensAnyway: {
    en: 'The lab can be opened, but rolling out needs the bundle.',
    ja: '開くことはできますが、展開にはバンドルが必要です。',
  },
  forget: (name: string) => ({
    en: `Remove ${name} from the list; the file stays`,
    ja: `${name} を一覧から外す (ファイルは残ります)`,
  }),
  again: { en: 'Try again', ja: 'もう一度試す' },
  none: { en: 'No labs yet.', ja: 'ラボはまだありません。' },
  onlyRecording: {
    en: 'No machines at hand? Try the recording, or have VMs made on this computer. With three Linux machines on your LAN, create a new lab.',
    ja: '手元にマシンがなくても、記録ですべてを試せますし、このコンピューターに VM を作ることもできます。LAN に Linux マシンが 3 台あれば、新しいラボを作ってください。',
  },
};
