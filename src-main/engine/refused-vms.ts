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

export function vmStays(node: string): Refused {
  return new Refused(
    {
      en: `${node} is a VM, which stays with its lab in this version`,
      ja: `${node} は VM です。このバージョンでは VM だけをラボから外せません`,
    },
    {
      en: 'Remove machines of your own; VMs are deleted with their lab: `hoplab machines delete`.',
      ja: '外せるのは自分のマシンです。VM は `hoplab machines delete` でラボごと削除します。',
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
