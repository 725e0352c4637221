import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { openBundle } from '../bundle/bundle.ts';
import { readLabFile } from '../lab/read-lab-file.ts';
import type { Standing } from '../machines/recorded/recorded-lab.ts';
import { readRecording } from '../machines/recorded/recording.ts';
import { openRecording } from '../rollout/recorded-lab.ts';
import type { Redactor } from '../rollout/redactor.ts';
import type { LabAccess } from '../rollout/session.ts';
import { askSecrets } from './ask-secrets.ts';
import { prepareHome, recordingFile, recordingStandingFile } from './home.ts';
import { openMachines } from './open-machines.ts';
import type { Questions } from './prompt.ts';
import type { Settings } from './settings.ts';

/**
 * The lab that a command works on: the lab file's, with a bundle that can be used, or the recording. What is wrong with it is
 * told before anything is touched. @throws LabFileError, BundleError, UsageError, RecordingUnusable
 */
export async function openLab(settings: Settings, redactor: Redactor, questions: Questions): Promise<LabAccess> {
  if (settings.recording) return openShippedRecording(settings.speed ?? 1);
  const lab = await readLabFile(settings.file);
  const bundle = await openBundle(lab.source.bundle, lab.kubernetes.version);
  prepareHome();
  // once, however often the machines are opened: what was asked for is not asked again
  const secrets = askSecrets(settings.language, redactor, questions);
  return { lab, bundle, open: (opened) => openMachines(opened, settings, secrets, questions) };
}

/** The recording on bare machines, whatever was done with it before. */
export async function openBareRecording(speed: number): Promise<LabAccess> {
  return openRecording(await readRecording(recordingFile()), { speed });
}

/** The recording stands where the last command left it, as machines would. */
async function openShippedRecording(speed: number): Promise<LabAccess> {
  const recording = await readRecording(recordingFile());
  const file = recordingStandingFile(recording.recorded);
  return openRecording(recording, { speed, standing: readStanding(file), save: (standing) => keep(file, standing) });
}

const standingSchema = z.object({ made: z.array(z.number().int().nonnegative()), undone: z.string().optional() });

function readStanding(file: string): Standing | undefined {
  try {
    return standingSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined; // none yet, or not ours: bare machines
  }
}

function keep(file: string, standing: Standing): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, JSON.stringify(standing));
  renameSync(`${file}.part`, file);
}
