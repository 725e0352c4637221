import { AppWindow, AtSign, Cpu, DoorOpen, Link2, Network, type LucideIcon } from '@lucide/vue';
import type { Text } from '../src-main/contract/text.ts';

/** What a packet meets, from the name to the app. Each layer has one colour, one icon and one stroke everywhere. */
export type Layer = 'name' | 'link' | 'kernel' | 'overlay' | 'gateway' | 'app';

export interface LayerLook {
  readonly title: Text;
  readonly about: Text;
  readonly icon: LucideIcon;
  /** Dashes of its lines in the picture (SVG stroke-dasharray). */
  readonly dashes: string;
}

export const layers: Readonly<Record<Layer, LayerLook>> = {
  name: {
    title: { en: 'Name', ja: '名前' },
    about: { en: 'DNS: from a host name to an address', ja: 'DNS: ホスト名からアドレスへ' },
    icon: AtSign,
    dashes: '2 3',
  },
  link: {
    title: { en: 'Link', ja: 'リンク' },
    about: { en: 'ARP and MAC addresses on the LAN', ja: 'LAN 上の ARP と MAC アドレス' },
    icon: Link2,
    dashes: 'none',
  },
  kernel: {
    title: { en: 'Kernel', ja: 'カーネル' },
    about: { en: 'netfilter, routing, conntrack', ja: 'netfilter・ルーティング・conntrack' },
    icon: Cpu,
    dashes: '8 2 2 2',
  },
  overlay: {
    title: { en: 'Overlay', ja: 'オーバーレイ' },
    about: { en: 'Flannel: VXLAN between the nodes', ja: 'Flannel: ノード間の VXLAN' },
    icon: Network,
    dashes: '10 3',
  },
  gateway: {
    title: { en: 'Gateway', ja: 'Gateway' },
    about: { en: 'HTTP: host names, listeners, routes', ja: 'HTTP: ホスト名・リスナー・ルート' },
    icon: DoorOpen,
    dashes: '5 3',
  },
  app: {
    title: { en: 'App', ja: 'アプリ' },
    about: { en: 'Pods and what runs in them', ja: 'Pod とその中で動くもの' },
    icon: AppWindow,
    dashes: 'none',
  },
};

export const layerNames = Object.keys(layers) as readonly Layer[];
