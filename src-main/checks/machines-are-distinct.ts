import { verbatim } from '../contract/text.ts';
import { interfaceOf, interfaces } from '../facts/interfaces.ts';
import { system } from '../facts/system.ts';
import { passedIf, type Check, type Question } from './check.ts';

export const machinesAreDistinct: Check = {
  id: 'machines-are-distinct',
  sentence: {
    en: 'No two nodes share a host name, a MAC address, a product_uuid or a machine-id',
    ja: 'ホスト名・MAC アドレス・product_uuid・machine-id が同じノードがない',
  },
  on: 'control-plane',
  async ask(question) {
    const nodes = await readTraits(question);
    const twins = twinsAmong(nodes);
    const unread = TRAITS.flatMap((trait) => {
      const without = nodes.filter((node) => node[trait] === '').map(({ name }) => name);
      return without.length === 0 ? [] : [{ trait, text: `${CALLED[trait]} (${without.join(', ')})` }];
    });
    const found = twins.length === 0 ? NONE : verbatim(twins.join('; '));
    const left = unread.map(({ text }) => text).join('; ');
    return {
      // a container and a board without DMI have no product_uuid of their own
      status: passedIf(twins.length === 0 && unread.every(({ trait }) => trait === 'productUuid')),
      expected: NONE,
      actual: left === '' ? found : { en: `${found.en}; not read: ${left}`, ja: `${found.ja}。読めないもの: ${left}` },
      meaning: {
        en: 'Kubernetes identifies nodes by these. Cloned VMs often share them.',
        ja: 'Kubernetes はこれらでノードを区別する。クローンした VM ではよく重複する。',
      },
      remedy: {
        en: 'Give the clone its own: `hostnamectl set-hostname NAME`, `rm /etc/machine-id && systemd-machine-id-setup`, a new MAC and UUID in the VM settings.',
        ja: 'クローン側を変えてください: `hostnamectl set-hostname NAME`、`rm /etc/machine-id && systemd-machine-id-setup`、MAC と UUID は VM の設定で。',
      },
    };
  },
};

const NONE = { en: 'no duplicates', ja: '重複なし' };
const TRAITS = ['hostname', 'mac', 'productUuid', 'machineId'] as const;
/** As the machines call them, and the sentence of the check. */
const CALLED = { hostname: 'hostname', mac: 'MAC', productUuid: 'product_uuid', machineId: 'machine-id' } as const;

/** What tells a node from others; empty where it was not read. */
type Traits = Readonly<Record<'name' | (typeof TRAITS)[number], string>>;

function readTraits(question: Question): Promise<readonly Traits[]> {
  return Promise.all(
    question.lab.nodes.map(async ({ name, address }) => {
      const [own, links] = await Promise.all([question.read(name, system), question.read(name, interfaces)]);
      const mac = interfaceOf(links, address)?.mac ?? '';
      return { name, hostname: own.hostname, mac, productUuid: own.productUuid, machineId: own.machineId };
    }),
  );
}

function twinsAmong(nodes: readonly Traits[]): readonly string[] {
  return TRAITS.flatMap((trait) =>
    nodes.flatMap((node, index) =>
      nodes
        .slice(index + 1)
        .filter((other) => node[trait] !== '' && other[trait] === node[trait])
        .map((other) => `${node.name} = ${other.name}: ${CALLED[trait]} ${node[trait]}`),
    ),
  );
}
