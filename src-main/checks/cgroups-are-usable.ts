import { verbatim } from '../contract/text.ts';
import { system } from '../facts/system.ts';
import { allowsCgroupV1 } from '../lab/overrides.ts';
import { passedIf, type Check } from './check.ts';

export const cgroupsAreUsable: Check = {
  id: 'cgroups-are-usable',
  sentence: {
    en: "The kubelet supports the node's cgroup version",
    ja: 'kubelet が受け付ける cgroup バージョンである',
  },
  on: 'every-node',
  async ask(question) {
    const { cgroup } = await question.read(question.machineName, system);
    const v1 = allowsCgroupV1(question.lab);
    return {
      status: passedIf(cgroup === 'v2' || (cgroup === 'v1' && v1)),
      expected: verbatim(v1 ? 'v2, v1 (failCgroupV1: false)' : 'v2'),
      actual: verbatim(cgroup),
      meaning: {
        en: 'Since Kubernetes 1.35 the kubelet does not start on cgroup v1 unless configured to.',
        ja: 'Kubernetes 1.35 以降の kubelet は、設定しない限り cgroup v1 では起動しない。',
      },
      remedy: {
        en: 'Boot with systemd.unified_cgroup_hierarchy=1, or set failCgroupV1: false for KubeletConfiguration in overrides.kubeadm.',
        ja: 'systemd.unified_cgroup_hierarchy=1 で起動するか、overrides.kubeadm の KubeletConfiguration で failCgroupV1: false を指定してください。',
      },
    };
  },
};
