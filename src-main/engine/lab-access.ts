import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { openBundle } from '../bundle/bundle.ts';
import type { Lab } from '../lab/lab.ts';
import type { Standing } from '../machines/recorded/recorded-lab.ts';
import { readRecording } from '../machines/recorded/recording.ts';
import { openRecording } from '../rollout/open-recording.ts';
import type { LabAccess, OpenMachines } from '../rollout/session.ts';
import { recordingFile, recordingStandingFile } from './home.ts';

/** A lab file's lab, with a bundle that can be used. @throws BundleError */
export async function labAccess(lab: Lab, open: OpenMachines): Promise<LabAccess> {
  return { lab, bundle: await openBundle(lab.source.bundle, lab.kubernetes.version), open };
}

export type RecordedAccess = LabAccess & Required<Pick<LabAccess, 'recording'>>;

/**
 * The recording that ships with Hoplab. It stands where it was left the last time, as machines would.
 * @throws RecordingUnusable when there is none
 */
export async function shippedRecording(home: string, speed: number): Promise<RecordedAccess> {
  const recording = await readRecording(recordingFile());
  const file = recordingStandingFile(home, recording.recorded);
  return openRecording(recording, { speed, standing: readStanding(file), save: (standing) => keep(file, standing) });
}

/** The recording on bare machines, whatever was done with it before. */
export async function bareRecording(speed: number): Promise<RecordedAccess> {
  return openRecording(await readRecording(recordingFile()), { speed });
}

const standingSchema = z.object({ made: z.array(z.number().int().nonnegative()), undone: z.string().optional() });

function readStanding(file: string): Standing | undefined {
  try {
    return standingSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined; // none yet, or not ours: bare machines
  }
}

/** At once, for the next command reads it; without `writeAtomically`, since nothing is lost with it and it is written at every change. */
function keep(file: string, standing: Standing): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, JSON.stringify(standing));
  renameSync(`${file}.part`, file);
}
