import { COMPUTER, type MissingPart, type Vm } from '../contract/machines.ts';
import { StageRefused } from '../stages/stage-refused.ts';
import type { VmLab } from './provider.ts';

export function partsMissing(provider: string, missing: readonly MissingPart[]): StageRefused {
  const said = (language: 'en' | 'ja') =>
    missing.map(({ what }) => what[language]).join(language === 'en' ? '; ' : '、');
  const remedy = (language: 'en' | 'ja') =>
    missing.map(({ how, command }) => (command === null ? how[language] : `${how[language]}\n  ${command}`)).join('\n');
  return new StageRefused(
    COMPUTER,
    { en: `${provider} cannot be used yet: ${said('en')}`, ja: `${provider} はまだ使えない: ${said('ja')}` },
    { en: remedy('en'), ja: remedy('ja') },
  );
}

export function notOurs({ vm, said }: Vm, { name }: VmLab): StageRefused {
  return new StageRefused(
    COMPUTER,
    {
      en: `There is a VM ${vm} that is not of this lab (${said || 'it says nothing of a lab'}): Hoplab leaves it alone`,
      ja: `このラボのものではない VM ${vm} がある (${said || 'ラボの記載なし'})。Hoplab は触れない`,
    },
    {
      en: `Give this lab another name than ${name}, or delete that VM yourself.`,
      ja: `このラボの名前を ${name} から変えるか、その VM を自分で削除してください。`,
    },
  );
}

export function unreadableVms({ vm, said }: Vm): StageRefused {
  return new StageRefused(
    COMPUTER,
    { en: `What the VM ${vm} does is not known: ${said}`, ja: `VM ${vm} の状態が分からない: ${said}` },
    {
      en: 'Wait a moment and try again; its own program shows more.',
      ja: '少し待ってからやり直してください。詳しくは VM を動かしているプログラムで確かめられます。',
    },
  );
}

export function vmsMissing(nodes: readonly string[]): StageRefused {
  const names = nodes.join(', ');
  return new StageRefused(
    COMPUTER,
    { en: `There is no VM for ${names}`, ja: `${names} の VM がない` },
    { en: 'Have it made: `hoplab machines start`.', ja: '`hoplab machines start` で作ってください。' },
  );
}

export function snapshotThere(node: string, name: string): StageRefused {
  return new StageRefused(
    COMPUTER,
    { en: `${node} has a snapshot ${name} already`, ja: `${node} にはスナップショット ${name} がすでにある` },
    { en: 'Choose another name.', ja: '別の名前にしてください。' },
  );
}

export function snapshotMissing(node: string, name: string, snapshots: readonly string[]): StageRefused {
  const there = snapshots.join(', ');
  return new StageRefused(
    COMPUTER,
    { en: `${node} has no snapshot ${name}`, ja: `${node} にスナップショット ${name} はない` },
    there === ''
      ? {
          en: 'It has none: `hoplab machines snapshot` makes one.',
          ja: '1 つもありません。`hoplab machines snapshot` で作れます。',
        }
      : { en: `It has: ${there}.`, ja: `あるもの: ${there}` },
  );
}
