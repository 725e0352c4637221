import { appByName } from '../checks/app-by-name.ts';
import { clientAsksDirectly } from '../checks/client-asks-directly.ts';
import { otherNamesUnaffected } from '../checks/other-names-unaffected.ts';
import { resolverKnowsNames } from '../checks/resolver-knows-names.ts';
import { resolverZone } from '../client/client.ts';
import type { Stage } from './stage.ts';

export const clientResolver: Stage = {
  id: 'client-resolver',
  title: { en: "The client's resolver", ja: 'クライアントのリゾルバー' },
  problem: {
    en: 'dig resolves the name when given the server; curl and browsers use the system resolver, which does not know the zone.',
    ja: 'サーバーを指定した dig は名前を解決できるが、curl やブラウザが使うシステムのリゾルバーはゾーンを知らない。',
  },
  solves: {
    en: "The system resolver sends queries for the lab's zone, and only those, to the cluster: the host name is enough.",
    ja: 'システムのリゾルバーがラボのゾーンの名前だけをクラスターに問い合わせる。ホスト名だけでアクセスできる。',
  },
  seed: '4.3',
  needs: ['cluster-dns'], // it asks CoreDNS
  livesIn: 'machines',
  checks: [resolverKnowsNames, appByName, clientAsksDirectly, otherNamesUnaffected],
  decide: (context) => context.client.resolver.decide(context.machine('client'), resolverZone(context.lab)),
  undo: (context) => context.client.resolver.undo(context.machine('client'), resolverZone(context.lab)),
};
