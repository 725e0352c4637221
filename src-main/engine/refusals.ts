import { Refused } from './refused.ts';

/** A lab that is not in the list, or not open. */
export function noSuchLab(): Refused {
  return new Refused(
    { en: 'This lab is not in the list', ja: 'このラボは一覧にありません' },
    { en: 'Open its lab file again.', ja: 'ラボファイルをもう一度開いてください。' },
  );
}

/** The lab file was changed by somebody else since it was read. */
export function changedMeanwhile(file: string): Refused {
  return new Refused(
    { en: `${file} was changed in the meantime`, ja: `${file} は編集中に別の場所で変更されました` },
    {
      en: 'Copy your text, open the file again, and apply your changes there.',
      ja: '編集した内容をコピーしてから開き直し、もう一度変更してください。',
    },
  );
}

/** A rollout is asked for of a lab that is another one by now. */
export function labFileChanged(): Refused {
  return new Refused(
    { en: 'The lab file has changed since it was read', ja: 'ラボファイルが読み込み後に変更されています' },
    {
      en: 'It has been read again. Look at the plan, then start the rollout once more.',
      ja: '読み込み直しました。計画を見てから、もう一度展開してください。',
    },
  );
}

export function onlyRecordingsPlay(): Refused {
  return new Refused(
    { en: 'Only a recording has a speed', ja: '速度を変えられるのは記録だけです' },
    { en: 'Real machines run at their own speed.', ja: '実際のマシンはそれぞれの速さで動きます。' },
  );
}

export function onlyRealLabs(): Refused {
  return new Refused(
    { en: 'A recording has no network to prove', ja: '記録には確かめるネットワークがありません' },
    { en: 'Open one of your own labs.', ja: '自分のラボを開いてください。' },
  );
}

export function notOpen(): Refused {
  return new Refused(
    { en: 'This lab is not open', ja: 'このラボは開かれていません' },
    { en: 'Open it from the list of labs.', ja: 'ラボの一覧から開いてください。' },
  );
}

export function rolloutRuns(): Refused {
  return new Refused(
    { en: 'A rollout is running in this lab', ja: 'このラボでは展開が進行中です' },
    { en: 'Wait until it ends, or stop it.', ja: '終わるのを待つか、中止してください。' },
  );
}

export function noSuchStage(stage: string): Refused {
  return new Refused(
    { en: `There is no stage or check ${stage}`, ja: `${stage} というステージ・チェックはありません` },
    { en: "Choose one from the lab's list.", ja: 'ラボに表示されるものから選んでください。' },
  );
}

export function noSuchTerminal(): Refused {
  return new Refused(
    { en: 'This terminal has ended', ja: 'このターミナルはもう終了しています' },
    { en: 'Open a new one.', ja: '新しいターミナルを開いてください。' },
  );
}

export function noLocalTerminal(): Refused {
  return new Refused(
    {
      en: 'A terminal on this computer cannot be opened here',
      ja: 'ここからこのコンピューターのターミナルは開けません',
    },
    {
      en: "Use your own terminal, or Hoplab's desktop window.",
      ja: '普段のターミナルか、Hoplab のデスクトップウィンドウを使ってください。',
    },
  );
}

export function noSuchMachine(machine: string): Refused {
  return new Refused(
    { en: `There is no machine ${machine} in this lab`, ja: `このラボに ${machine} というマシンはありません` },
    { en: 'Choose a machine of the lab file.', ja: 'ラボファイルにあるマシンを選んでください。' },
  );
}

export function fileIsThere(file: string): Refused {
  return new Refused(
    { en: `${file} already exists`, ja: `${file} はすでにあります` },
    {
      en: 'Choose another name (--file), or replace the file (--force).',
      ja: '別の名前 (--file) にするか、置き換えて (--force) ください。',
    },
  );
}

export function notNamedYaml(file: string): Refused {
  return new Refused(
    { en: `${file} is not a lab file name`, ja: `${file} はラボファイルの名前ではありません` },
    { en: 'Choose a name that ends in .yaml or .yml.', ja: '.yaml か .yml で終わる名前にしてください。' },
  );
}

export function cannotWrite(file: string, code: string): Refused {
  return new Refused(
    { en: `${file} cannot be written (${code})`, ja: `${file} に書けません (${code})` },
    { en: 'Choose another place.', ja: '別の場所を指定してください。' },
  );
}

export function anotherKey(shown: string): Refused {
  return new Refused(
    {
      en: `The host now shows a different key: ${shown}`,
      ja: `ホストは今、別の鍵を示しています: ${shown}`,
    },
    {
      en: 'Compare it on the console of the machine again before you accept it.',
      ja: '承認する前に、マシンのコンソールでもう一度照合してください。',
    },
  );
}

export function noSuchEvidence(): Refused {
  return new Refused(
    { en: 'Nothing has been read there yet', ja: 'そこはまだ読み取られていません' },
    { en: 'Wait until the machines are connected.', ja: 'マシンが接続されるまで待ってください。' },
  );
}

export function noSuchService(named: string, known: readonly string[]): Refused {
  const some = known.slice(0, 20).join(', ');
  const more = known.length > 20 ? ', …' : '';
  return new Refused(
    { en: `The API server has no Service ${named}`, ja: `API サーバーに Service ${named} はありません` },
    { en: `Name one of its Services: ${some}${more}.`, ja: `次のどれかを指定してください: ${some}${more}` },
  );
}

export function noServices(): Refused {
  return new Refused(
    { en: 'There is no API server yet, and so no Service', ja: 'API サーバーがまだなく、Service もありません' },
    { en: 'Roll the lab out up to node-port first.', ja: '先に node-port まで展開してください。' },
  );
}

export function noSuchPath(): Refused {
  return new Refused(
    { en: 'This path is no longer saved', ja: 'このパスはもう保存されていません' },
    { en: 'Follow the target again.', ja: '対象をもう一度追跡してください。' },
  );
}

export function noPath(): Refused {
  return new Refused(
    { en: 'This file is not a path', ja: 'このファイルはパスではありません' },
    {
      en: 'Choose a path that was exported as JSON, or one line of `hoplab trace --json`.',
      ja: 'JSON として書き出したパスか、`hoplab trace --json` の 1 行を選んでください。',
    },
  );
}

export function noSuchJournal(rollout: string): Refused {
  return new Refused(
    { en: `There is no rollout ${rollout} in this lab`, ja: `このラボに ${rollout} という展開の記録はありません` },
    { en: 'Choose one of those that are listed.', ja: '一覧にあるものから選んでください。' },
  );
}

export function notInARecording(): Refused {
  return new Refused(
    { en: 'A recording has no machines to log in to', ja: '記録の中のマシンにはログインできません' },
    { en: 'Open one of your own labs to use terminals.', ja: 'ターミナルには自分のラボを開いてください。' },
  );
}

/** A context of the lab's name is somebody else's. */
export function contextTaken(name: string, file: string): Refused {
  return new Refused(
    {
      en: `${file} already has a context, cluster or user ${name}`,
      ja: `${file} には ${name} というコンテキスト・クラスター・ユーザーがすでにあります`,
    },
    {
      en: 'Hoplab did not make it for this lab file: rename it (kubectl config rename-context), or rename the lab.',
      ja: 'このラボファイルのために Hoplab が作ったものではありません。その名前 (kubectl config rename-context) かラボの名前を変えてください。',
    },
  );
}

export function noContextInRecording(): Refused {
  return new Refused(
    { en: 'A recording has no cluster for kubectl', ja: '記録の中に kubectl でつなげるクラスターはありません' },
    { en: 'Open one of your own labs.', ja: '自分のラボを開いてください。' },
  );
}

export function noCluster(): Refused {
  return new Refused(
    { en: 'There is no cluster yet', ja: 'クラスターはまだありません' },
    {
      en: 'Roll out to the stage Control plane first.',
      ja: '先に「コントロールプレーン」のステージまで展開してください。',
    },
  );
}

/** @param why names the file, or its first mistake */
export function kubeconfigUnusable(why: string): Refused {
  return new Refused(
    { en: `The kubeconfig cannot be used (${why})`, ja: `kubeconfig を使えません (${why})` },
    {
      en: 'Correct it, or name another file in KUBECONFIG.',
      ja: '直すか、KUBECONFIG で別のファイルを指定してください。',
    },
  );
}

export function kubeconfigLocked(lock: string): Refused {
  return new Refused(
    {
      en: `Another program is writing the kubeconfig (${lock})`,
      ja: `別のプログラムが kubeconfig を書いています (${lock})`,
    },
    {
      en: 'Try again; if none is, delete that file.',
      ja: 'もう一度試してください。何も書いていなければ、そのファイルを削除してください。',
    },
  );
}

export function unusableHome(home: string, error: unknown): Refused {
  const why = error instanceof Error ? error.message : String(error);
  return new Refused(
    {
      en: `Hoplab cannot use its own folder ${home} (${why})`,
      ja: `Hoplab の作業フォルダー ${home} を使えません (${why})`,
    },
    {
      en: 'Set HOPLAB_HOME to a writable folder, or fix this one.',
      ja: '書き込めるフォルダーを HOPLAB_HOME で指定するか、このフォルダーを直してください。',
    },
  );
}
