import type { StageState } from '../contract/lab-session.ts';
import type { Lab } from '../lab/lab.ts';
import type { KnownHosts } from '../machines/known-hosts.ts';
import type { Redactor } from '../rollout/redactor.ts';
import type { LabAccess, OpenMachines, RecordingLabel } from '../rollout/session.ts';
import type { VmSurroundings } from './lab-vms.ts';
import type { Run } from './run.ts';

/** All that an open lab is made of: a lab of the user, or the recording. */
export interface LabParts {
  readonly lab: Lab;
  /** Of a recording: what it is labelled with, and how fast it plays. */
  readonly recording?: RecordingLabel;
  /** How its machines are got at. @throws BundleError */
  readonly access: () => Promise<LabAccess>;
  /** Where the host keys of its machines are pinned; a recording has none. */
  readonly knownHosts?: KnownHosts;
  /** What work on its VMs stands on; a recording has none. */
  readonly vms?: VmSurroundings;
  /** Is told every secret that is asked for to open the machines. */
  readonly redactor: Redactor;
  /** Folder of its journals. */
  readonly journal: string;
  /** Folder of its kept paths. */
  readonly paths: string;
  /** File of the rules of kube-proxy that were seen. */
  readonly rules: string;
  /** Milliseconds that each stage took before. */
  readonly durations: ReadonlyMap<string, number>;
  /** Opens its machines: what was asked for to open them is not asked again. A recording has none. */
  readonly open?: OpenMachines;
  /** How the lab stood in whose place it comes. */
  readonly before?: Standing | undefined;
  /** Ends the watch over its file; a recording has none. */
  readonly unwatch?: (() => void) | undefined;
  /** Opened for one command, which reads what it needs: nobody follows how its stages stand. Default false. */
  readonly forCommand?: boolean;
}

/** What is still true of a lab once its file describes another one. */
export interface Standing {
  /** The present run, or the last one. */
  readonly run: Run | undefined;
  readonly states: readonly StageState[];
  readonly open: OpenMachines | undefined;
}
