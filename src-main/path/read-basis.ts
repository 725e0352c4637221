import type { Basis } from '../contract/path.ts';

/** What a table says that was read: it was not seen whether the packet did so. */
export const read = {
  routes: {
    kind: 'read',
    reason: {
      en: 'The routing table says so; no line of this request tells which way the packet took.',
      ja: '経路表による。このパケットがどこへ出たかを伝える記録はない。',
    },
  },
  forwarding: {
    kind: 'read',
    reason: {
      en: 'The neighbour table and the forwarding table of the bridge say so; no kernel tells of a packet inside a bridge.',
      ja: '隣接テーブルとブリッジの転送テーブルによる。ブリッジの中のパケットを伝えるカーネルの記録はない。',
    },
  },
  neighbours: {
    kind: 'read',
    reason: {
      en: 'The neighbour table says so; no line of this request tells of the address of the card.',
      ja: '隣接テーブルによる。このリクエストの記録は MAC アドレスを伝えていない。',
    },
  },
  overlay: {
    kind: 'read',
    reason: {
      en: 'The neighbour table and the forwarding table of the VXLAN device say so; no kernel tells of the outer packet.',
      ja: '隣接テーブルと VXLAN デバイスの転送テーブルによる。外側のパケットを伝えるカーネルの記録はない。',
    },
  },
  gateway: {
    kind: 'read',
    reason: {
      en: 'The Gateway, its HTTPRoutes and the endpoints of their Services say so; NGINX does not tell which route it took.',
      ja: 'Gateway、HTTPRoute、Service のエンドポイントによる。NGINX はどのルートを選んだかを伝えない。',
    },
  },
  resolver: {
    kind: 'read',
    reason: {
      en: 'The settings of the resolver say so; they were read before.',
      ja: '先に読んだリゾルバの設定による。',
    },
  },
  lookUp: {
    kind: 'read',
    reason: {
      en: "The system's resolver was asked for the name before; the request itself asked again.",
      ja: '先にシステムのリゾルバに名前を問い合わせた。リクエスト自身はもう一度問い合わせる。',
    },
  },
} as const satisfies Record<string, Basis>;
