import { COMPUTER } from '../contract/machines.ts';
import type { Text } from '../contract/text.ts';
import { LabFileError } from '../lab/lab-file-error.ts';
import { movedText, type GivenAddress } from '../providers/given-addresses.ts';
import type { VmLab } from '../providers/provider.ts';
import { withOwnKey } from '../providers/vm-keys.ts';
import { StageRefused } from '../stages/stage-refused.ts';
import { labWithAddresses, writeEdit } from './edit-lab-nodes.ts';
import { Refused } from './refused.ts';

/**
 * Puts the addresses that VMs were given into their lab file. @returns the lab that it describes now
 * @throws StageRefused, with the file as it was, where the rest of the file does not fit them, or it cannot be changed in place
 */
export async function readdressed(lab: VmLab, moved: readonly GivenAddress[], home: string): Promise<VmLab> {
  if (moved.some(({ node }) => node.alias)) throw notCorrected(moved, BY_ALIAS);
  try {
    const edit = await labWithAddresses(lab.file, new Map(moved.map(({ node, address }) => [node.name, address])));
    await writeEdit(edit);
    const written = withOwnKey(edit.lab, home);
    return { ...written, machines: written.machines ?? lab.machines };
  } catch (error) {
    if (error instanceof LabFileError) throw notCorrected(moved, saidOf(error));
    if (error instanceof Refused) throw notCorrected(moved, { en: `${error.title.en}.`, ja: `${error.title.ja}。` });
    throw error;
  }
}

const BY_ALIAS: Text = {
  en: 'A node is named by an alias of ~/.ssh/config.',
  ja: 'ノードが ~/.ssh/config のエイリアスで書かれています。',
};

/** Nodes and loadBalancer, mostly: `loadBalancer.pool: …` */
function saidOf({ problems }: LabFileError): Text {
  const said = (language: 'en' | 'ja') =>
    problems.map(({ path, text }) => (path === '' ? text[language] : `${path}: ${text[language]}`));
  return { en: said('en').join(' '), ja: said('ja').join('') };
}

function notCorrected(moved: readonly GivenAddress[], why: Text): StageRefused {
  const list = movedText(moved);
  return new StageRefused(
    COMPUTER,
    {
      en: `The VMs were given addresses that the lab file cannot take as it is (${list})`,
      ja: `VM に割り当てられたアドレスを、ラボファイルにそのままでは書けない (${list})`,
    },
    {
      en: `${why.en} Write these addresses under nodes, with a pool and vip of the same network that no VM has, and run it again.`,
      ja: `${why.ja}nodes にこれらのアドレスを書き、同じネットワークでどの VM も使っていない pool と vip にしてから、もう一度実行してください。`,
    },
  );
}
