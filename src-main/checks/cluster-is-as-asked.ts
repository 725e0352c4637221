import { verbatim } from '../contract/text.ts';
import { parse } from 'yaml';
import { z } from 'zod';
import { KUBE_PROXY_CONFIG, parseKubeProxyConfig } from '../cluster/kube-proxy-config.ts';
import { jsonOf, kubectl } from '../cluster/kubectl.ts';
import { STAGE_LABEL } from '../cluster/manifest.ts';
import { understood } from '../facts/reading.ts';
import type { Printed } from '../machines/machine.ts';
import { passedIf, type Check } from './check.ts';

const listSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }).default({ labels: {} }),
      data: z.record(z.string(), z.string()).default({}),
    }),
  ),
});
const clusterSchema = z.object({
  networking: z.object({ podSubnet: z.string().default(''), serviceSubnet: z.string().default('') }),
});
const dataSchema = z.object({ ClusterConfiguration: z.string(), [KUBE_PROXY_CONFIG]: z.string() });

export const clusterIsAsAsked: Check = {
  id: 'cluster-is-as-asked',
  sentence: {
    en: "The cluster's networks and kube-proxy mode match the lab file",
    ja: 'クラスターのネットワークと kube-proxy のモードがラボファイルと一致する',
  },
  on: 'control-plane',
  async ask(question) {
    const command = kubectl`-n kube-system get configmap kubeadm-config kube-proxy -o json`;
    const { exitCode, ...streams } = await question.run(command, { sudo: true });
    const output = { ...streams, exitCode: exitCode ?? -1 };
    const found = understood({ machine: question.machineName, command, output }, () => readSettled(output));
    const { kubernetes, optional } = question.lab;
    // the stage kube-proxy-mode answers for it, also where the lab file asks for that stage no more, and `up` is to undo it
    const isSwitched = found !== undefined && (found.isSwitched || found.kubeProxy === optional.kubeProxyMode);
    const wanted = isSwitched ? { ...kubernetes, kubeProxy: found.kubeProxy } : kubernetes;
    return {
      status: passedIf(found !== undefined && told(found) === told(wanted)),
      expected: verbatim(told(wanted)),
      actual: verbatim(found ? told(found) : '—'),
      meaning: {
        en: 'kubeadm init sets these once: later edits of the lab file do not change the cluster.',
        ja: 'これらは kubeadm init のときに決まり、後でラボファイルを変えてもクラスターは変わらない。',
      },
      remedy: {
        en: 'Restore the old values in the lab file (optional.kubeProxyMode switches kube-proxy on a cluster that is there), or recreate the cluster: `hoplab undo control-plane`, then `hoplab up`.',
        ja: 'ラボファイルを元の値に戻すか (作成済みのクラスターの kube-proxy は optional.kubeProxyMode で切り替えられます)、`hoplab undo control-plane` のあと `hoplab up` でクラスターを作り直してください。',
      },
    };
  },
};

interface Settled {
  readonly podCidr: string;
  readonly serviceCidr: string;
  readonly kubeProxy: string;
}

interface Found extends Settled {
  /** The stage kube-proxy-mode has changed the mode. */
  readonly isSwitched: boolean;
}

function readSettled(printed: Printed): Found | undefined {
  const list = jsonOf(printed, listSchema);
  if (!list) return undefined;
  const data = dataSchema.parse(Object.assign({}, ...list.items.map((item) => item.data)));
  const { networking } = clusterSchema.parse(parse(data.ClusterConfiguration));
  const { mode } = parseKubeProxyConfig(data[KUBE_PROXY_CONFIG]);
  const isSwitched = list.items.some(({ metadata }) => metadata.labels[STAGE_LABEL] === 'kube-proxy-mode');
  return { podCidr: networking.podSubnet, serviceCidr: networking.serviceSubnet, kubeProxy: mode, isSwitched };
}

function told({ podCidr, serviceCidr, kubeProxy }: Settled): string {
  return `podCidr ${podCidr}, serviceCidr ${serviceCidr}, kubeProxy ${kubeProxy}`;
}
