import { Refused } from './refused.ts';

/** The list of nodes is not written as a list, or shares lines with something else. */
export function editByHand(file: string): Refused {
  return new Refused(
    {
      en: `The nodes in ${file} cannot be changed without changing something else in it`,
      ja: `${file} の nodes だけを書き換えることができません`,
    },
    {
      en: 'Write each node out as an item of the list (no YAML aliases), or edit the file yourself.',
      ja: 'ノードを (YAML のエイリアスを使わずに) リストの項目として書くか、ファイルを自分で編集してください。',
    },
  );
}

export function noSuchNode(name: string, workers: readonly string[]): Refused {
  const [en, ja] = workers.length === 0 ? ['none', 'なし'] : [workers.join(', '), workers.join('、')];
  return new Refused(
    {
      en: `There is no node ${name} in the lab file. The workers are: ${en}`,
      ja: `ラボファイルに ${name} というノードはありません。ワーカー: ${ja}`,
    },
    {
      en: 'Name one of them; if removing it was interrupted, `hoplab up` does what is left to do.',
      ja: 'この中から指定してください。削除が途中で止まったのなら、残りは `hoplab up` が行います。',
    },
  );
}

export function isControlPlane(name: string): Refused {
  return new Refused(
    {
      en: `${name} is the control plane: without it there is no cluster`,
      ja: `${name} はコントロールプレーンです。これがなければクラスターはなくなります`,
    },
    {
      en: '`hoplab reset` undoes the whole cluster.',
      ja: 'クラスター全体を元に戻すには `hoplab reset` を使ってください。',
    },
  );
}

export function noNodesInRecording(): Refused {
  return new Refused(
    { en: 'The nodes of a recording stay as they were recorded', ja: '記録のノードは変えられません' },
    { en: 'Open one of your own labs.', ja: '自分のラボを開いてください。' },
  );
}
