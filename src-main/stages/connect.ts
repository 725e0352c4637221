import { addressesAreFree } from '../checks/addresses-are-free.ts';
import { cgroupsAreUsable } from '../checks/cgroups-are-usable.ts';
import { clientHasPrograms } from '../checks/client-has-programs.ts';
import { CLOCKS_TOLERATED, clocksAgree } from '../checks/clocks-agree.ts';
import { cniIsFree } from '../checks/cni-is-free.ts';
import { kubeletStartsAsTold } from '../checks/kubelet-starts-as-told.ts';
import { machineIsBigEnough } from '../checks/machine-is-big-enough.ts';
import { machinesAreDistinct } from '../checks/machines-are-distinct.ts';
import { nodesAreOurs } from '../checks/nodes-are-ours.ts';
import { portsAreFree } from '../checks/ports-are-free.ts';
import { programsAreThere } from '../checks/programs-are-there.ts';
import { resolverFits } from '../checks/resolver-fits.ts';
import { rootIsReached } from '../checks/root-is-reached.ts';
import { vxlanPasses } from '../checks/vxlan-passes.ts';
import { setClocks } from './set-clocks.ts';
import type { Stage } from './stage.ts';

export const connect: Stage = {
  id: 'connect',
  title: { en: 'Connect', ja: '接続' },
  problem: {
    en: 'There are machines on the LAN, but it is unknown whether they can form a cluster.',
    ja: 'LAN にマシンはあるが、クラスターを組めるかどうかはまだ分からない。',
  },
  solves: {
    en: 'Hoplab connects to every machine over SSH with a pinned host key, and finds now what would fail later.',
    ja: 'ホスト鍵を固定した SSH で全マシンに届き、後で失敗することを今のうちに見つける。',
  },
  needs: [],
  livesIn: 'machines',
  checks: [
    rootIsReached,
    programsAreThere,
    clientHasPrograms,
    clocksAgree,
    machinesAreDistinct,
    machineIsBigEnough,
    cgroupsAreUsable,
    nodesAreOurs,
    kubeletStartsAsTold,
    cniIsFree,
    portsAreFree,
    addressesAreFree,
    vxlanPasses,
    resolverFits,
  ],
  // connecting and pinning host keys comes before any fact can be read: see machines/; a clock ahead may be right, and this computer's wrong
  decide: ({ lab, machine }) =>
    setClocks(
      lab.nodes.map(({ name }) => machine(name)),
      (behind) => behind > CLOCKS_TOLERATED,
    ),
  undo: () => Promise.resolve([]),
};
