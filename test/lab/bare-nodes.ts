import { expect } from 'vitest';
import { MARK } from '../../src-main/machines/keep-file.ts';
import { client, exec, info } from './lab.ts';
import { failures, rollOut } from './roll-out.ts';

/** Prints what of Kubernetes is left on a node: processes, links, rules, files, images. */
const REMAINS = `
pgrep -l -x 'kubelet|containerd|etcd|kube-apiserver|kube-proxy|kube-scheduler|flanneld|coredns|speaker|nginx'
ip -o link show | grep -E 'cni0|flannel[.]1'
iptables-save 2> /dev/null | grep -E 'KUBE-|FLANNEL'
nft list tables 2> /dev/null | grep kube-proxy
ls -d /etc/kubernetes /var/lib/etcd /var/lib/kubelet /var/lib/containerd /etc/cni/net.d/10-flannel.conflist 2> /dev/null
ls -d /usr/local/bin/kube* /usr/local/bin/containerd* /usr/local/bin/runc /usr/local/bin/ctr /opt/cni/bin/bridge 2> /dev/null
ls -d /etc/modules-load.d/hoplab.conf /etc/sysctl.d/90-hoplab.conf /etc/modules-load.d/hoplab-ipvs.conf /etc/systemd/system/kubelet.service 2> /dev/null
grep -H Hoplab /etc/hosts /etc/fstab 2> /dev/null
true`;

/** Leaves on a node what a switch to ipvs does; this kernel has no IPVS. */
export const LEFT_OF_IPVS = `printf '${MARK}\\nip_vs\\n' > /etc/modules-load.d/hoplab-ipvs.conf`;

/** Resets the lab, and looks whether its nodes are bare then, and the client knows no name and no CA of it. */
export async function expectResetToBareNodes(): Promise<void> {
  expect(failures(await rollOut(['reset']))).toBe('');
  for (const { hostname } of (await info()).nodes) expect((await exec(hostname, REMAINS)).stdout).toBe('');
  expect(await ofLabOnClient()).toBe('');
  expect((await client('getent ahostsv4 url-shortener.staging.k8s.local')).exitCode).not.toBe(0);
}

/** The paths on the client that a lab's CA has: where it is kept, and where the system trusts it. */
export async function ofLabOnClient(): Promise<string> {
  return (await exec('client', 'ls -d /etc/hoplab /usr/local/share/ca-certificates/hoplab-* 2> /dev/null; true'))
    .stdout;
}
