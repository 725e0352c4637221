import { packetRules } from '../../src-main/facts/packet-rules.ts';
import { labOf, labText } from '../lab-file/example.ts';
import type { Lab } from '../../src-main/lab/lab.ts';
import { clusterKinds, type ClusterKind } from '../../src-main/cluster/kinds.ts';

/** A pod of the generated lab. */
export interface LargePod {
  readonly namespace: string;
  readonly name: string;
  readonly node: number;
  readonly place: number;
}

const NAMESPACES = ['staging', 'prod', 'billing', 'search', 'mail'];
const VIP = '192.168.2.200';

/** A lab that was generated, as its machines would tell of it: node 0 is the control plane, each has as many pods. */
export class LargeLab {
  readonly lab: Lab;
  readonly pods: readonly LargePod[];
  readonly #perNode: number;

  constructor(nodes: number, perNode: number) {
    this.#perNode = perNode;
    const lines = Array.from({ length: nodes }, (_, index) => {
      const role = index === 0 ? 'control-plane' : 'worker';
      return `  - { name: ${nameOf(index)}, role: ${role}, address: ${lan(index)} }`;
    });
    const pool = 'loadBalancer: { pool: 192.168.2.200-192.168.2.250, vip: 192.168.2.200 }';
    this.lab = labOf(labText({ 3: lines.join('\n'), 4: '', 5: '', 7: pool }).replaceAll(/\n\n+/g, '\n'));
    this.pods = lines.flatMap((_, node) =>
      Array.from({ length: perNode }, (__, place) => ({
        namespace: NAMESPACES[place % NAMESPACES.length] ?? '',
        name: `url-shortener-7d9f${String(node).padStart(3, '0')}-${String(place).padStart(3, '0')}`,
        node,
        place,
      })),
    );
  }

  /** What a machine prints; undefined: it does not know the command. */
  answer(command: string, machine: string): string | undefined {
    if (command.startsWith('uname -s')) return 'Linux\n';
    const node = this.lab.nodes.findIndex(({ name }) => name === machine);
    if (command === 'ip -j addr')
      return JSON.stringify(node < 0 ? [card('eth0', '192.168.2.9', 'c0')] : this.#cards(node));
    if (command.includes('ip -j neigh'))
      return JSON.stringify(node < 0 ? this.#lanNeighbours() : this.#neighbours(node));
    if (node < 0) return undefined;
    if (command === 'ip -j -d link') return JSON.stringify(this.#links(node));
    if (command === 'bridge -j fdb') return JSON.stringify(this.#forwarding(node));
    if (command === packetRules.command) return chains(this.#endpoints());
    if (command === 'ip -j route') return JSON.stringify([{ dst: '192.168.2.0/24', dev: 'eth0', prefsrc: lan(node) }]);
    return undefined;
  }

  /** What a watch prints when it starts: every object that there is. */
  beginning(): string {
    const objects: Partial<Record<ClusterKind, object[]>> = {
      nodes: this.lab.nodes.map((_, index) => nodeObject(index)),
      pods: this.pods.map((pod) => podObject(pod, true)),
      services: [serviceObject()],
      endpointslices: [sliceObject(this.#endpoints())],
      servicel2statuses: [l2Object(nameOf(3))],
    };
    const events = clusterKinds.map((kind) =>
      (objects[kind] ?? []).map((object) => told(kind, 'ADDED', object)).join(''),
    );
    return clusterKinds.map((kind) => `${kind}<\n`).join('') + events.join('');
  }

  /** What the watch prints when a pod becomes ready, or is no longer. */
  changed(pod: LargePod, ready: boolean): string {
    return told('pods', 'MODIFIED', podObject(pod, ready));
  }

  #endpoints(): readonly LargePod[] {
    return this.pods.filter(({ namespace }) => namespace === 'prod').slice(0, 20);
  }

  #cards(node: number): object[] {
    return [
      card('eth0', lan(node), mac(1, node)),
      card('flannel.1', `10.244.${node}.0`, mac(2, node), 32),
      card('cni0', `10.244.${node}.1`, mac(3, node)),
    ];
  }

  #links(node: number): object[] {
    const vxlan = { info_kind: 'vxlan', info_data: { id: 1, local: lan(node), port: 8472 } };
    return [
      link('eth0', mac(1, node), {}),
      link('flannel.1', mac(2, node), { linkinfo: vxlan }),
      link('cni0', mac(3, node), { linkinfo: { info_kind: 'bridge' } }),
      ...this.#places().map((place) =>
        link(veth(node, place), mac(5, node, place), { master: 'cni0', linkinfo: { info_kind: 'veth' } }),
      ),
    ];
  }

  #neighbours(node: number): object[] {
    return this.#places().map((place) => neighbour(podAddress(node, place), 'cni0', mac(4, node, place)));
  }

  #lanNeighbours(): object[] {
    const nodes = this.lab.nodes.map((_, index) => neighbour(lan(index), 'eth0', mac(1, index)));
    return [...nodes, neighbour(VIP, 'eth0', mac(1, 3))];
  }

  #forwarding(node: number): object[] {
    const others = this.lab.nodes.flatMap((_, index) => (index === node ? [] : [index]));
    const far = others.map((other) => ({
      mac: mac(2, other),
      ifname: 'flannel.1',
      dst: lan(other),
      state: 'permanent',
    }));
    const near = this.#places().map((place) => ({
      mac: mac(4, node, place),
      ifname: veth(node, place),
      master: 'cni0',
    }));
    return [...far, ...near];
  }

  #places(): number[] {
    return Array.from({ length: this.#perNode }, (_, place) => place);
  }
}

function nameOf(node: number): string {
  return node === 0 ? 'k8s-master' : `k8s-worker${node}`;
}

function lan(node: number): string {
  return `192.168.2.${node + 10}`;
}

function podAddress(node: number, place: number): string {
  return `10.244.${node}.${place + 2}`;
}

function veth(node: number, place: number): string {
  return `veth${String(node).padStart(4, '0')}${String(place).padStart(4, '0')}`;
}

function mac(kind: number, node: number, place = 0): string {
  return [2, kind, 0, node, 0, place].map((part) => part.toString(16).padStart(2, '0')).join(':');
}

function card(ifname: string, local: string, address: string, prefixlen = 24): object {
  return { ifname, address, mtu: 1450, addr_info: [{ family: 'inet', local, prefixlen }] };
}

function link(ifname: string, address: string, more: object): object {
  return { ifname, address, mtu: 1450, flags: ['UP'], ...more };
}

function neighbour(dst: string, dev: string, lladdr: string): object {
  return { dst, dev, lladdr, state: ['REACHABLE'] };
}

function told(kind: ClusterKind, type: string, object: object): string {
  return `${kind}|${JSON.stringify({ type, object })}\n`;
}

function nodeObject(index: number): object {
  const conditions = [{ type: 'Ready', status: index % 23 === 22 ? 'False' : 'True', message: 'kubelet' }];
  return {
    metadata: { name: nameOf(index) },
    spec: { podCIDR: `10.244.${index}.0/24` },
    status: { conditions, nodeInfo: { kubeletVersion: 'v1.37.1' } },
  };
}

function podObject({ namespace, name, node, place }: LargePod, ready: boolean): object {
  const isReady = ready && (node * 7 + place) % 97 !== 0;
  return {
    metadata: { namespace, name, labels: { app: 'url-shortener' } },
    spec: { nodeName: nameOf(node) },
    status: {
      phase: 'Running',
      podIP: podAddress(node, place),
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
      containerStatuses: isReady ? [] : [{ ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
    },
  };
}

function serviceObject(): object {
  return {
    metadata: { namespace: 'prod', name: 'url-shortener' },
    spec: { type: 'LoadBalancer', clusterIP: '10.96.0.20', ports: [{ port: 80, nodePort: 30080, targetPort: 8080 }] },
    status: { loadBalancer: { ingress: [{ ip: VIP }] } },
  };
}

function sliceObject(pods: readonly LargePod[]): object {
  return {
    metadata: { namespace: 'prod', name: 'url-shortener-1', labels: { 'kubernetes.io/service-name': 'url-shortener' } },
    endpoints: pods.map(({ node, place, name }) => ({
      addresses: [podAddress(node, place)],
      nodeName: nameOf(node),
      targetRef: { kind: 'Pod', name },
    })),
  };
}

function l2Object(node: string): object {
  const status = { node, serviceName: 'url-shortener', serviceNamespace: 'prod' };
  return { metadata: { namespace: 'metallb-system', name: 'l2-1' }, status };
}

/** As kube-proxy writes them: each rule takes its share of what is left. */
function chains(pods: readonly LargePod[]): string {
  const comment = '-m comment --comment "prod/url-shortener';
  const ends = pods.flatMap(({ node, place }, index) => {
    const end = `KUBE-SEP-END${index}`;
    const chance =
      index === pods.length - 1 ? '' : `-m statistic --mode random --probability ${1 / (pods.length - index)} `;
    return [
      `-A KUBE-SVC-LARGE ${comment} -> end" ${chance}-j ${end}`,
      `-A ${end} -p tcp ${comment}" -m tcp -j DNAT --to-destination ${podAddress(node, place)}:8080`,
    ];
  });
  return [
    '*nat',
    `-A KUBE-SERVICES -d ${VIP}/32 -p tcp ${comment} loadbalancer IP" -m tcp --dport 80 -j KUBE-EXT-LARGE`,
    `-A KUBE-NODEPORTS -p tcp ${comment}" -m tcp --dport 30080 -j KUBE-EXT-LARGE`,
    `-A KUBE-EXT-LARGE ${comment} external destinations" -j KUBE-MARK-MASQ`,
    '-A KUBE-EXT-LARGE -j KUBE-SVC-LARGE',
    ...ends,
    'COMMIT',
    '',
  ].join('\n');
}
