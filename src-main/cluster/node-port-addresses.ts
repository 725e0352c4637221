import { z } from 'zod';
import type { Fact } from '../facts/fact.ts';
import { KUBE_PROXY_CONFIG, parseKubeProxyConfig } from './kube-proxy-config.ts';
import { jsonOf, kubectl, ofCluster } from './kubectl.ts';

const mapSchema = z.object({ data: z.object({ [KUBE_PROXY_CONFIG]: z.string() }) });

/** The networks in whose addresses kube-proxy opens NodePorts, as its configuration has them; empty: those of its mode. Undefined: there is no such configuration. */
export const nodePortAddresses: Fact<readonly string[] | undefined> = {
  id: 'node-port-addresses',
  ...ofCluster,
  command: kubectl`-n kube-system get configmap kube-proxy -o json`,
  parse(printed) {
    const found = jsonOf(printed, mapSchema);
    return found && parseKubeProxyConfig(found.data[KUBE_PROXY_CONFIG]).nodePortAddresses;
  },
};
