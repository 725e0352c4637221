import { sh } from '../machines/command.ts';
import type { Fact } from './fact.ts';
import { noAnswer } from './no-answer.ts';

export interface KubeletSurroundings {
  /** Drop-ins of kubelet.service that start it otherwise, such as that of the package kubeadm. */
  readonly dropIns: readonly string[];
  /** Variables of its environment that name a proxy, and NO_PROXY, by their names in capitals. */
  readonly proxies: ReadonlyMap<string, string>;
}

/** What changes how a node's kubelet is started, beside its unit: drop-ins, and what systemd gives to its services. */
export const kubeletSurroundings: Fact<KubeletSurroundings> = {
  id: 'kubelet-surroundings',
  sudo: true,
  command: sh`
    for folder in /etc /run /usr/local/lib /usr/lib; do
      grep -ls '^ExecStart=' "$folder"/systemd/system/kubelet.service.d/*.conf
    done
    found=$(systemctl show-environment && systemctl show --property=Environment kubelet) || exit
    echo '=='
    printf '%s\\n' "$found" | tr ' ' '\\n' | grep -i '_proxy=' | sed -E 's|//[^/@]*@|//|'
    true`,
  parse(printed) {
    const [dropIns = '', environment] = printed.stdout.split('==\n');
    if (environment === undefined) throw noAnswer(printed);
    const variables = environment.replace(/^Environment=/gm, '').split(/\s+/);
    return {
      dropIns: dropIns.split('\n').filter((line) => line !== ''),
      proxies: new Map(
        variables.flatMap((word): [string, string][] => {
          const [, name = '', value = ''] = /^"?\$?'?((?:https?|all|no)_proxy)=([^'"]*)/i.exec(word) ?? [];
          return value === '' ? [] : [[name.toUpperCase(), value]];
        }),
      ),
    };
  },
};
