import { verbatim } from '../contract/text.ts';
import { KERNEL_SETTINGS, kernelSettings } from '../facts/kernel-settings.ts';
import { embed, sh } from '../machines/command.ts';
import { passedIf, type Check } from './check.ts';

export const kernelIsSet: Check = {
  id: 'kernel-is-set',
  sentence: {
    en: 'The kernel forwards packets, bridged ones pass iptables, and swap is off',
    ja: 'カーネルがパケットを転送し、ブリッジを通るパケットも iptables を通り、スワップが切れている',
  },
  on: 'every-node',
  async ask(question) {
    const { stdout } = await question.run(
      sh`
        ${embed(kernelSettings.command)}
        echo "swap = $(awk 'END {print NR - 1}' /proc/swaps)"`,
      { sudo: true, quick: true },
    );
    const wanted = [...KERNEL_SETTINGS.map(([name, value]) => `${name} = ${value}`), 'swap = 0'];
    const found = stdout.trim().split('\n');
    return {
      status: passedIf(wanted.every((line) => found.includes(line))),
      expected: verbatim(wanted.join('; ')),
      actual: verbatim(found.join('; ')),
      meaning: {
        en: 'Without br_netfilter a Service reached from a pod on the same node answers from the wrong address, and Flannel does not start.',
        ja: 'br_netfilter がないと、同じノードの Pod から使う Service の応答元が変わり、Flannel も起動しない。',
      },
      remedy: {
        en: 'Something sets them back: look for other files in /etc/sysctl.d, and whether `modprobe br_netfilter` works (linux-modules-extra).',
        ja: '設定が上書きされています。/etc/sysctl.d の他のファイルと、`modprobe br_netfilter` が成功するか (linux-modules-extra) を確かめてください。',
      },
    };
  },
};
