import { parse } from 'yaml';
import { z } from 'zod';
import type { Fact } from '../facts/fact.ts';
import { jsonOf, kubectl, ofCluster } from './kubectl.ts';
import { STAGE_LABEL } from './manifest.ts';

/** The key in the ConfigMap kube-system/kube-proxy under which kubeadm keeps it. */
export const KUBE_PROXY_CONFIG = 'config.conf';

const schema = z
  .object({
    mode: z.string().nullish(),
    nodePortAddresses: z.array(z.string()).nullish(),
    ipvs: z.object({ strictARP: z.boolean().nullish() }).nullish(),
  })
  .transform(({ mode, nodePortAddresses, ipvs }) => ({
    mode: mode || 'iptables',
    nodePortAddresses: nodePortAddresses ?? [],
    strictArp: ipvs?.strictARP === true,
  }));

export interface KubeProxyConfig {
  /** Where it states none, the one that kube-proxy takes on Linux. */
  readonly mode: string;
  /** The networks in whose addresses NodePorts are opened, or `primary`; empty: those of its mode. */
  readonly nodePortAddresses: readonly string[];
  /** In ipvs mode a node answers ARP for no address of another interface, so that MetalLB alone announces a VIP. */
  readonly strictArp: boolean;
}

/** A KubeProxyConfiguration as YAML. @throws Error for anything else */
export function parseKubeProxyConfig(text: string): KubeProxyConfig {
  return schema.parse(parse(text));
}

const configMapSchema = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }),
  data: z.object({ [KUBE_PROXY_CONFIG]: z.string() }),
});

export interface KubeProxySettings extends KubeProxyConfig {
  /** The stage of Hoplab that changed them; empty: none did. */
  readonly stage: string;
}

/** What kube-proxy is told when it starts; undefined where there is no cluster. */
export const kubeProxySettings: Fact<KubeProxySettings | undefined> = {
  id: 'kube-proxy-settings',
  ...ofCluster,
  command: kubectl`-n kube-system get configmap kube-proxy -o json`,
  parse(printed) {
    const found = jsonOf(printed, configMapSchema);
    if (!found) return undefined;
    return { ...parseKubeProxyConfig(found.data[KUBE_PROXY_CONFIG]), stage: found.metadata.labels[STAGE_LABEL] ?? '' };
  },
};
