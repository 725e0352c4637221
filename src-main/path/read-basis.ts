import type { Basis } from '../contract/path.ts';

/** What a table says that was read: it was not seen whether the packet did so. */
export const read = {
  routes: {
    kind: 'read',
    reason: {
      en: 'From the routing table; no output for this request shows which way the packet took.',
      ja: 'ルーティングテーブルによる。このパケットがどこへ出たかを伝える記録はない。',
    },
  },
  forwarding: {
    kind: 'read',
    reason: {
      en: "From the neighbor table and the bridge's forwarding table; no kernel reports packets inside a bridge.",
      ja: '隣接テーブルとブリッジの転送テーブルによる。ブリッジの中のパケットを伝えるカーネルの記録はない。',
    },
  },
  neighbours: {
    kind: 'read',
    reason: {
      en: 'From the neighbor table; no output for this request shows the MAC address.',
      ja: '隣接テーブルによる。このリクエストの記録は MAC アドレスを伝えていない。',
    },
  },
  overlay: {
    kind: 'read',
    reason: {
      en: "From the neighbor table and the VXLAN device's forwarding table; no kernel reports the outer packet.",
      ja: '隣接テーブルと VXLAN デバイスの転送テーブルによる。外側のパケットを伝えるカーネルの記録はない。',
    },
  },
  gateway: {
    kind: 'read',
    reason: {
      en: 'From the Gateway, its HTTPRoutes and the endpoints of their Services; NGINX does not report which route it selected.',
      ja: 'Gateway、HTTPRoute、Service のエンドポイントによる。NGINX はどのルートを選んだかを伝えない。',
    },
  },
  resolver: {
    kind: 'read',
    reason: {
      en: "From the resolver's settings, read before the request.",
      ja: '先に読んだリゾルバーの設定による。',
    },
  },
  lookUp: {
    kind: 'read',
    reason: {
      en: 'From a lookup by the system resolver before the request; the request itself looked the name up again.',
      ja: '先にシステムのリゾルバーに名前を問い合わせた。リクエスト自身はもう一度問い合わせる。',
    },
  },
} as const satisfies Record<string, Basis>;
