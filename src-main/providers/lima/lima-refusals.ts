import { addressText, networkText } from '../../lab/ipv4.ts';
import { StageRefused } from '../../stages/stage-refused.ts';
import { COMPUTER } from '../../contract/machines.ts';
import type { SharedNetwork } from './shared-network.ts';

export function addressTaken(whose: string, address: string, { lan, wantedEnd }: SharedNetwork): StageRefused {
  const from = addressText(wantedEnd + 1);
  const network = networkText(lan);
  return new StageRefused(
    COMPUTER,
    {
      en: `${address} of ${whose} is not one of the free addresses of Lima's network ${network}, from ${from} on`,
      ja: `${whose} の ${address} は、Lima のネットワーク ${network} の空きアドレス (${from} 以降) ではない`,
    },
    {
      en: `Choose addresses from ${from} on in the lab file, or another gateway for the network shared in Lima's networks.yaml.`,
      ja: `ラボファイルで ${from} 以降のアドレスを選ぶか、Lima の networks.yaml で shared の gateway を変えてください。`,
    },
  );
}

export function networkInUse(names: readonly string[], { dhcpEnd, wantedEnd }: SharedNetwork): StageRefused {
  const running = names.join(', ');
  const [now, then] = [addressText(dhcpEnd), addressText(wantedEnd)];
  return new StageRefused(
    COMPUTER,
    {
      en: `Lima's network shared gives out addresses up to ${now}, and runs for ${running}: Hoplab needs those above ${then}`,
      ja: `Lima のネットワーク shared が ${now} までのアドレスを配っていて、${running} が使っている。Hoplab には ${then} より上が必要`,
    },
    {
      en: `Stop them (\`limactl stop NAME\`) and start again: Hoplab then ends the range at ${then}, which counts from the next start of the network.`,
      ja: `それらを止めてから (\`limactl stop 名前\`) やり直してください。Hoplab が範囲を ${then} までに縮めますが、効くのはネットワークが次に起動したときです。`,
    },
  );
}

export function nameUnfit(vm: string, why: 'long' | 'hyphens'): StageRefused {
  const text =
    why === 'long'
      ? {
          en: `The name ${vm} is too long for Lima, which puts sockets into a folder of that name`,
          ja: `${vm} という名前は Lima には長すぎる (その名前のフォルダーにソケットを置くため)`,
        }
      : {
          en: `Lima takes no name with two hyphens in a row, such as ${vm}`,
          ja: `Lima では ${vm} のようにハイフンが続く名前を使えない`,
        };
  return new StageRefused(COMPUTER, text, {
    en: 'Give the lab or the node another name in the lab file (lab, nodes).',
    ja: 'ラボファイルでラボかノードの名前 (lab、nodes) を変えてください。',
  });
}

export function networksUnread(file: string, why: string): StageRefused {
  return new StageRefused(
    COMPUTER,
    {
      en: `${file} has no network shared that Hoplab understands: ${why}`,
      ja: `${file} に、Hoplab が理解できるネットワーク shared がない: ${why}`,
    },
    {
      en: 'Correct it, or move it away: Lima then writes its own.',
      ja: '直すか、別の場所に移してください。移せば Lima が既定のものを書きます。',
    },
  );
}
