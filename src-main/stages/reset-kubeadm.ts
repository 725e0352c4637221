import type { Text } from '../contract/text.ts';
import { MADE_BY_HOPLAB, UNFINISHED } from '../facts/kubeadm-state.ts';
import type { LabNode } from '../lab/lab.ts';
import { sh } from '../machines/command.ts';
import type { Change } from '../plan/plan.ts';

/**
 * Takes everything of kubeadm off a node: what `kubeadm reset` removes, and what it says it does not (CNI configuration,
 * links, rules of kube-proxy and Flannel; other rules stay).
 */
export function resetKubeadm(node: LabNode, sentence: Text): Change {
  return {
    machine: node.name,
    sentence,
    command: sh`pkill -x kubeadm; kubeadm reset -f --cri-socket unix:///run/containerd/containerd.sock || exit
for link in flannel.1 cni0; do if ip link show $link > /dev/null 2>&1; then ip link del $link; fi; done
rm -rf /etc/cni/net.d/10-flannel.conflist /var/lib/cni /run/flannel /opt/cni/bin/flannel /etc/kubernetes /var/lib/etcd /var/lib/kubelet
for family in ip ip6; do nft delete table $family kube-proxy 2> /dev/null; done
for tables in iptables ip6tables; do rules=$($tables-save 2> /dev/null) && printf '%s\\n' "$rules" | grep -vE 'KUBE-|FLANNEL|CNI-|cali-' | $tables-restore; done
if command -v conntrack > /dev/null; then conntrack -F > /dev/null 2>&1; fi
rm -f ${UNFINISHED} ${MADE_BY_HOPLAB}`,
    timeout: 180_000,
  };
}

export function resetSentence(node: LabNode): Text {
  return {
    en: `Take ${node.name} out of the cluster (kubeadm reset)`,
    ja: `${node.name} をクラスターから外す (kubeadm reset)`,
  };
}

export function cleanUpSentence(node: LabNode): Text {
  return {
    en: `Clean up what an unfinished kubeadm left on ${node.name}`,
    ja: `${node.name} に残った中断された kubeadm の跡を片付ける`,
  };
}
