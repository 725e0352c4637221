import { verbatim } from '../contract/text.ts';
import { system } from '../facts/system.ts';
import { passedIf, type Check } from './check.ts';

/** What kubeadm's own preflight asks of a control plane, and what a worker needs to run the lab. MiB. */
const NEEDED = { 'control-plane': { cpus: 2, memory: 1700 }, worker: { cpus: 1, memory: 900 } };

export const machineIsBigEnough: Check = {
  id: 'machine-is-big-enough',
  sentence: {
    en: 'The node has enough processors and memory, and the right architecture',
    ja: 'ノードの CPU 数・メモリ・アーキテクチャが足りている',
  },
  on: 'every-node',
  async ask(question) {
    const role = question.lab.nodes.find(({ name }) => name === question.machineName)?.role ?? 'worker';
    const needed = NEEDED[role];
    const found = await question.read(question.machineName, system);
    const { arch } = question.bundle;
    return {
      status: passedIf(
        found.cpus >= needed.cpus &&
          found.memory >= needed.memory &&
          arch.some((one) => one === found.arch) &&
          found.kernel === 'Linux',
      ),
      expected: verbatim(`Linux ${arch.join('/')}, CPU ≥ ${needed.cpus}, RAM ≥ ${needed.memory} MiB`),
      actual: verbatim(`${found.kernel} ${found.arch}, CPU ${found.cpus}, RAM ${found.memory} MiB`),
      meaning: {
        en: 'kubeadm rejects a control plane that is too small, and programs for another architecture do not run.',
        ja: 'コントロールプレーンが小さすぎると kubeadm が拒み、アーキテクチャが違うとプログラムが動かない。',
      },
      remedy: {
        en: 'Give the VM more processors or memory, or use a bundle for its architecture.',
        ja: 'VM の CPU やメモリを増やすか、そのアーキテクチャのバンドルを使ってください。',
      },
    };
  },
};
