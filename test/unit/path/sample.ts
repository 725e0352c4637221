import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseIptables } from '../../../src-main/netfilter/parse-iptables.ts';
import { parseNft } from '../../../src-main/netfilter/parse-nft.ts';
import { joinRulesets, type Ruleset } from '../../../src-main/netfilter/ruleset.ts';

export type Mode = 'iptables' | 'nftables';

/** What a machine of the sampled lab printed: `leader` is k8s-worker2, `second` k8s-worker1. Those of ipvs are of another lab's node. */
export function pathSample(mode: Mode | 'ipvs', name: string): string {
  return readFileSync(join(import.meta.dirname, 'samples', mode, name), 'utf8');
}

/** The rules of filter in iptables mode; of the samples they are known in nft's words alone. */
export const FILTER = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:FLANNEL-FWD - [0:0]
:KUBE-EXTERNAL-SERVICES - [0:0]
:KUBE-FORWARD - [0:0]
-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
-A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD
-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
-A FLANNEL-FWD -s 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT
-A FLANNEL-FWD -d 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT
-A KUBE-EXTERNAL-SERVICES -d 192.168.2.201/32 -p tcp -m comment --comment "shortener/shortener-gateway-nginx:port-80 has no local endpoints" -m tcp --dport 80 -j DROP
-A KUBE-FORWARD -m conntrack --ctstate INVALID -m nfacct --nfacct-name  ct_state_invalid_dropped_pkts -j DROP
-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
COMMIT
`;

export function sampledRules(mode: Mode, who: 'leader' | 'second'): Ruleset {
  const nat = parseIptables(pathSample(mode, `${who}-iptables-save-nat.txt`));
  if (mode === 'nftables') return joinRulesets([nat, parseNft(pathSample(mode, `${who}-kube-proxy.json`))]);
  return joinRulesets([nat, parseIptables(FILTER)]);
}
