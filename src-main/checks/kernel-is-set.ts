import { verbatim } from '../contract/text.ts';
import { KERNEL_SETTINGS, kernelSettings } from '../facts/kernel-settings.ts';
import { embed, sh } from '../machines/command.ts';
import { passedIf, type Check } from './check.ts';

export const kernelIsSet: Check = {
  id: 'kernel-is-set',
  sentence: {
    en: 'The kernel forwards packets, bridged traffic passes iptables, and swap is off',
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
        en: "Without br_netfilter, replies between pods on the same node bypass the Service's address translation, and Flannel does not start.",
        ja: 'br_netfilter がないと、同じノードの Pod 間の応答で Service のアドレス変換が行われず、Flannel も起動しない。',
      },
      remedy: {
        en: 'Something resets them: look for other files in /etc/sysctl.d, and whether `modprobe br_netfilter` works (linux-modules-extra).',
        ja: '設定が上書きされています。/etc/sysctl.d の他のファイルと、`modprobe br_netfilter` が成功するか (linux-modules-extra) を確かめてください。',
      },
    };
  },
};
