import type { ChangedLines } from '../contract/lab-nodes.ts';
import type { LabId } from '../contract/labs.ts';
import type { OptionalStages } from '../contract/optional-stages.ts';
import { changedLines } from '../lab/changed-lines.ts';
import { withOptionalStages } from '../lab/edit-optional.ts';
import { readLabFile, readLabText } from '../lab/read-lab-file.ts';
import type { Engine } from './engine.ts';
import { rolloutRuns } from './refusals.ts';
import { Refused } from './refused.ts';
import { replaceLabFile } from './write-lab-file.ts';

/** What asking for these stages besides changes in the lab file. @throws LabFileError; Refused where it cannot be changed in place */
export async function changeOfStages(engine: Engine, id: LabId, stages: OptionalStages): Promise<ChangedLines> {
  const { file, was, text } = await edited(engine, id, stages);
  return { file, ...changedLines(was, text) };
}

/**
 * Writes into the lab file which stages it asks for besides. An open lab is opened anew: it is another one now.
 * @throws LabFileError; Refused as above, and while a rollout runs
 */
export async function chooseStages(engine: Engine, id: LabId, stages: OptionalStages): Promise<void> {
  const { file, was, text } = await edited(engine, id, stages);
  if ((await engine.lab(id)).runs) throw rolloutRuns();
  if (text === was) return;
  await replaceLabFile(file, text, was);
  await engine.reopenLab(id);
}

async function edited(
  engine: Engine,
  id: LabId,
  stages: OptionalStages,
): Promise<{ readonly file: string; readonly was: string; readonly text: string }> {
  const file = await engine.labFile(id);
  if (file === null) throw asRecorded();
  const was = await readLabText(file);
  await readLabFile(file, { bundle: 'later', text: was });
  const text = withOptionalStages(was, stages);
  if (text === undefined) throw editByHand(file);
  await readLabFile(file, { bundle: 'later', text });
  return { file, was, text };
}

function asRecorded(): Refused {
  return new Refused(
    { en: 'A recording has the stages that were recorded', ja: '記録のステージは記録されたとおりで、変えられません' },
    { en: 'Open one of your own labs.', ja: '自分のラボを開いてください。' },
  );
}

/** They are not written as values of their own, or have comments within. */
function editByHand(file: string): Refused {
  return new Refused(
    {
      en: `What ${file} says under optional or apps cannot be changed without changing something else in it`,
      ja: `${file} の optional や apps だけを書き換えることができません`,
    },
    {
      en: 'Write for example `optional: { trafficSplit: { weight: 20 }, headerRouting: true }` or `apps: [{ manifests: ./my-app }]` into it yourself.',
      ja: '「optional: { trafficSplit: { weight: 20 }, headerRouting: true }」や「apps: [{ manifests: ./my-app }]」のように、ファイルに自分で書いてください。',
    },
  );
}
