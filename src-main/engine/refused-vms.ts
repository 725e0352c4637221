import { Refused } from './refused.ts';

export function withoutVms(): Refused {
  return new Refused(
    {
      en: 'The machines of this lab are no VMs that Hoplab makes',
      ja: 'このラボのマシンは Hoplab が作る VM ではありません',
    },
    {
      en: 'Write machines: { provider: … } in the lab file of a new lab.',
      ja: '新しいラボのラボファイルに「machines: { provider: … }」と書いてください。',
    },
  );
}

export function snapshotUnnamed(): Refused {
  return new Refused(
    { en: 'The snapshot has no name', ja: 'スナップショットの名前がありません' },
    {
      en: 'Give it one: lower-case letters, digits and hyphens.',
      ja: '英小文字、数字、ハイフンで名前を付けてください。',
    },
  );
}
