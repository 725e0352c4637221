import { parse } from 'yaml';
import { z } from 'zod';

/** The key in the ConfigMap kube-system/kube-proxy under which kubeadm keeps it. */
export const KUBE_PROXY_CONFIG = 'config.conf';

const schema = z
  .object({ mode: z.string().nullish(), nodePortAddresses: z.array(z.string()).nullish() })
  .transform(({ mode, nodePortAddresses }) => ({
    mode: mode || 'iptables',
    nodePortAddresses: nodePortAddresses ?? [],
  }));

export interface KubeProxyConfig {
  /** Where it states none, the one that kube-proxy takes on Linux. */
  readonly mode: string;
  /** The networks in whose addresses NodePorts are opened, or `primary`; empty: those of its mode. */
  readonly nodePortAddresses: readonly string[];
}

/** A KubeProxyConfiguration as YAML. @throws Error for anything else */
export function parseKubeProxyConfig(text: string): KubeProxyConfig {
  return schema.parse(parse(text));
}
