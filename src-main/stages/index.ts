import { clientResolver } from './client-resolver.ts';
import { clusterDns } from './cluster-dns.ts';
import { connect } from './connect.ts';
import { controlPlaneStage } from './control-plane.ts';
import { gateway } from './gateway.ts';
import { headerRouting } from './header-routing.ts';
import { kubeProxyMode } from './kube-proxy-mode.ts';
import { loadBalancerPending } from './load-balancer-pending.ts';
import { metallb } from './metallb.ts';
import { nodePort } from './node-port.ts';
import { ownApps } from './own-apps.ts';
import { podNetwork } from './pod-network.ts';
import { prepareNodes } from './prepare-nodes.ts';
import type { Lab } from '../lab/lab.ts';
import { secondVersion } from './second-version.ts';
import type { Stage } from './stage.ts';
import { tls } from './tls.ts';
import { trafficSplit } from './traffic-split.ts';
import { workers } from './workers.ts';

/**
 * The whole installation: bare machines at the top, `curl http://NAME` from the client at the end. Each stage says which of those
 * above it needs.
 */
export const stages: readonly Stage[] = [
  connect, //              every machine is reached, and fit
  prepareNodes, //         containerd, kubelet, kernel settings
  controlPlaneStage, //    kubeadm init
  workers, //              kubeadm join
  podNetwork, //           Flannel: a pod on one node reaches a pod on another
  nodePort, //             http://NODE:30080
  loadBalancerPending, //  EXTERNAL-IP <pending>
  metallb, //              http://VIP
  gateway, //              many hosts behind one VIP
  clusterDns, //           dig @NODE -p 30053 NAME
  clientResolver, //       http://NAME

  // what a lab file asks for besides; each is undone alone
  secondVersion, //        the app once more, beside itself
  trafficSplit, //         a share of the requests goes there
  headerRouting, //        so do those with a certain header, cookie, method, path or query
  tls, //                  https://NAME
  ownApps, //              what the user's own manifests state
  kubeProxyMode, //        the same Services by other rules
];

/**
 * The stages of a lab, in the order of the story.
 * @param recorded of a recording, which was made in this order and knows no other: each needs the one before
 */
export function stagesOf(lab: Lab, recorded = false): readonly Stage[] {
  const own = stages.filter(({ isPartOf }) => isPartOf?.(lab) ?? true);
  return recorded ? own.map((stage, index) => ({ ...stage, needs: own.slice(0, index).map(({ id }) => id) })) : own;
}
