import { join } from 'node:path/posix';
import { recordedBundle } from '../bundle/recorded-bundle.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { readCatalogue } from '../bundle/catalogue.ts';
import type { Lab } from '../lab/lab.ts';
import { parseLab } from '../lab/parse-lab.ts';
import { RecordedLab, type Standing } from '../machines/recorded/recorded-lab.ts';
import { Faults, type Fault } from '../machines/recorded/fault.ts';
import { openRecordedMachines } from '../machines/recorded/recorded-machine.ts';
import type { Recording } from '../machines/recorded/recording.ts';
import type { LabAccess, RecordingLabel } from './session.ts';

/** What a rollout on a recording needs, in place of a lab file, a bundle and SSH. */
export interface OpenedRecording extends LabAccess {
  readonly recording: RecordingLabel;
  readonly bundle: Bundle;
  /** Which changes have been made. */
  readonly state: RecordedLab;
}

export interface OpenRecordingOptions {
  /** How many times faster than recorded: 1, 10, Infinity for at once. */
  readonly speed: number;
  /** What goes wrong, for tests. */
  readonly faults?: readonly Fault[];
  /** Where the lab stands; default on bare machines. */
  readonly standing?: Standing | undefined;
  /** Told after each change where the lab stands now. */
  readonly save?: ((standing: Standing) => void) | undefined;
}

export function openRecording(recording: Recording, options: OpenRecordingOptions): OpenedRecording {
  const faults = new Faults(options.faults ?? []);
  const state = new RecordedLab(recording, options.standing, options.save);
  const { recorded, hoplab, versions } = recording;
  const label = { recorded, hoplab, versions, speed: options.speed };
  const play = {
    faults,
    get speed() {
      return label.speed;
    },
  };
  const situations = recording.situations.map((situation) => ({
    ...situation,
    machines: openRecordedMachines(state, play, situation),
  }));
  return {
    recording: Object.assign(label, { requests: () => state.requests(), situations }),
    lab: labOf(recording),
    bundle: recordedBundle(recording),
    open: async () => openRecordedMachines(state, play),
    state,
  };
}

/** The lab of a recorded lab file. The files that it names were there when it was recorded. */
function labOf({ labFile, files }: Recording): Lab {
  const texts = new Map(Object.entries(files).map(([path, text]) => [join('/recording', path), text]));
  const parsed = parseLab(labFile, {
    file: '/recording/lab.yaml',
    catalogue: readCatalogue(),
    home: '/recording',
    disk: {
      state: (path) => (path.endsWith('/bundle') ? 'folder' : 'file'),
      text: (path) => texts.get(path),
      names: () => [],
    },
  });
  if ('lab' in parsed) return parsed.lab;
  const [problem] = parsed.problems;
  throw new Error(`the recorded lab file is none any more: ${problem?.text.en ?? ''}`);
}
