import type { Text } from '../../contract/text.ts';
import type { Spot } from '../draft.ts';
import { formatPath, type Finding } from '../finding.ts';
import type { Rule } from './rule.ts';

/** Each value once. The later one is the problem. */
export function once(spots: readonly (Spot<string> | undefined)[], remedy: Text): Finding[] {
  const first = new Map<string, string>();
  return spots.flatMap((spot) => {
    if (!spot) return [];
    const { path, value } = spot;
    const taken = first.get(value);
    if (taken === undefined) first.set(value, formatPath(path));
    if (taken === undefined) return [];
    const text = { en: `${value} is already used by ${taken}.`, ja: `${value} は ${taken} ですでに使われています。` };
    return [{ path, text, remedy }];
  });
}

/** Node names are unique, and nothing else is called so. */
export const nodeNames: Rule = ({ nodes }) => [
  ...once(
    nodes.map(({ name }) => name),
    { en: 'Give every node a name of its own.', ja: 'ノードごとに別の名前を付けてください。' },
  ),
  ...nodes.flatMap(({ name }) => (name ? reservedNodeName(name) : [])),
];

function reservedNodeName({ path, value }: Spot<string>): Finding[] {
  const remedy = {
    en: 'Choose another name, for example k8s-worker1.',
    ja: 'k8s-worker1 など、別の名前にしてください。',
  };
  if (value === 'client') {
    const text = {
      en: 'Hoplab calls the machine that you sit at "client".',
      ja: '「client」は手元のマシンを指す名前です。',
    };
    return [{ path, text, remedy }];
  }
  if (value === 'localhost' || value.startsWith('localhost.')) {
    const text = {
      en: 'On every machine localhost is the machine itself.',
      ja: 'localhost はどのマシンでも自分自身を指します。',
    };
    return [{ path, text, remedy }];
  }
  if (!/^[0-9.]+$/.test(value)) return [];
  const text = {
    en: `${value} looks like an address, not like a name.`,
    ja: `${value} は名前ではなくアドレスに見えます。`,
  };
  return [{ path, text, remedy }];
}

const systemNamespaces = ['default', 'metallb-system', 'nginx-gateway', 'hoplab'];

/** Environments have names and hosts of their own, and no system namespace. */
export const environmentNames: Rule = ({ environments }) => [
  ...once(
    environments.map(({ name }) => name),
    { en: 'Give every environment a name of its own.', ja: '環境ごとに別の名前を付けてください。' },
  ),
  ...once(
    environments.map(({ host }) => host),
    { en: 'Give every environment a host of its own.', ja: '環境ごとに別のホスト名を付けてください。' },
  ),
  ...environments.flatMap(({ name }) => (name ? systemNamespace(name) : [])),
];

function systemNamespace({ path, value }: Spot<string>): Finding[] {
  if (!systemNamespaces.includes(value) && !value.startsWith('kube-')) return [];
  return [
    {
      path,
      text: {
        en: `${value} is a namespace of the system, and an environment needs its own.`,
        ja: `${value} はシステムの名前空間です。環境には専用の名前空間が必要です。`,
      },
      remedy: { en: 'Choose another name, for example staging.', ja: 'staging など、別の名前にしてください。' },
    },
  ];
}
