import { appByName } from '../checks/app-by-name.ts';
import { clientAsksDirectly } from '../checks/client-asks-directly.ts';
import { otherNamesUnaffected } from '../checks/other-names-unaffected.ts';
import { resolverKnowsNames } from '../checks/resolver-knows-names.ts';
import { resolverZone } from '../client/client.ts';
import type { Stage } from './stage.ts';

export const clientResolver: Stage = {
  id: 'client-resolver',
  title: { en: "The client's resolver", ja: 'クライアントのリゾルバ' },
  problem: {
    en: 'dig gets the answer when told whom to ask; curl and the browser ask the system resolver, which does not know.',
    ja: '問い合わせ先を指定した dig は答えを得るが、curl やブラウザが使うシステムのリゾルバはまだ知らない。',
  },
  solves: {
    en: "The system resolver sends the names of the lab's zone, and only those, to the cluster: the host name is enough.",
    ja: 'システムのリゾルバがラボのゾーンの名前だけをクラスタに問い合わせる。ホスト名だけでアクセスできる。',
  },
  seed: '4.3',
  needs: ['cluster-dns'], // it asks CoreDNS
  livesIn: 'machines',
  checks: [resolverKnowsNames, appByName, clientAsksDirectly, otherNamesUnaffected],
  decide: (context) => context.client.resolver.decide(context.machine('client'), resolverZone(context.lab)),
  undo: (context) => context.client.resolver.undo(context.machine('client'), resolverZone(context.lab)),
};
