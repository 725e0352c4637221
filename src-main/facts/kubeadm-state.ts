import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';

/** Exists while kubeadm works under Hoplab's hand: what is found with it is half done and ours to clean up. */
export const UNFINISHED = '/var/lib/hoplab/kubeadm-unfinished';

/** Exists on a node that Hoplab made a part of its cluster: only such a node may be reset. */
export const MADE_BY_HOPLAB = '/var/lib/hoplab/kubeadm-done';

export interface KubeadmState {
  readonly adminConf: boolean;
  readonly kubeletConf: boolean;
  readonly unfinished: boolean;
  readonly madeByHoplab: boolean;
  /** Manifests or certificates of a control plane, finished or not. */
  readonly traces: boolean;
  /** The cluster CA's certificate as PEM; empty where there is none. Public. */
  readonly caCertificate: string;
}

/** How far kubeadm has come on a node, by the files it leaves. */
export const kubeadmState: Fact<KubeadmState> = {
  id: 'kubeadm-state',
  sudo: true,
  command: sh`for f in /etc/kubernetes/admin.conf /etc/kubernetes/kubelet.conf ${UNFINISHED} ${MADE_BY_HOPLAB} /etc/kubernetes/manifests/kube-apiserver.yaml /var/lib/etcd/member; do [ -e "$f" ] && echo "$f"; done; cat /etc/kubernetes/pki/ca.crt 2>/dev/null`,
  accept: 'any',
  parse({ stdout }) {
    const has = (path: string) => stdout.includes(`${path}\n`);
    return {
      adminConf: has('/etc/kubernetes/admin.conf'),
      kubeletConf: has('/etc/kubernetes/kubelet.conf'),
      unfinished: has(UNFINISHED),
      madeByHoplab: has(MADE_BY_HOPLAB),
      traces: has('/etc/kubernetes/manifests/kube-apiserver.yaml') || has('/var/lib/etcd/member'),
      caCertificate: /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(stdout)?.[0] ?? '',
    };
  },
};
