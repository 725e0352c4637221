import type { ChangedLines, ComposedNode, NodeAnswers } from '../contract/lab-nodes.ts';
import type { LabId } from '../contract/labs.ts';
import { changedLines } from '../lab/changed-lines.ts';
import type { Lab, LabNode } from '../lab/lab.ts';
import { LabFileError } from '../lab/lab-file-error.ts';
import type { Problem } from '../lab/problem.ts';
import { readLabFile } from '../lab/read-lab-file.ts';
import { labWithNewWorker, labWithoutWorker, newWorkerText, writeEdit } from './edit-lab-nodes.ts';
import type { Engine } from './engine.ts';
import { rolloutRuns } from './refusals.ts';
import { noNodesInRecording } from './refused-nodes.ts';

/** A worker before it is written into the lab file. @throws LabFileError with what is wrong without it; Refused */
export async function composeNode(engine: Engine, id: LabId, answers: NodeAnswers): Promise<ComposedNode> {
  const file = await fileOf(engine, id);
  const { was, text, worker, index } = await newWorkerText(file, askedOf(answers));
  const composed = { name: worker.name, path: `nodes[${index}]`, change: { file, ...changedLines(was, text) } };
  const parsed = await parse(file, text);
  if ('problems' in parsed) return { ...composed, problems: [...parsed.problems], access: null };
  const node = parsed.lab.nodes.find(({ name }) => name === worker.name);
  return { ...composed, problems: [], access: node ? accessOf(parsed.lab, node) : null };
}

/**
 * Writes a worker into the lab file. An open lab is opened anew: it is another one now. @throws LabFileError with all that would be wrong;
 * Refused while a rollout runs
 */
export async function addNode(engine: Engine, id: LabId, answers: NodeAnswers): Promise<{ name: string }> {
  const file = await fileOf(engine, id);
  if ((await engine.lab(id)).runs) throw rolloutRuns();
  const edit = await labWithNewWorker(file, askedOf(answers));
  await writeEdit(edit);
  await engine.reopenLab(id);
  return { name: edit.added[0] ?? '' };
}

/** What removing a worker changes in the lab file. @throws Refused where it cannot be removed; LabFileError */
export async function changeOfRemoval(engine: Engine, id: LabId, name: string): Promise<ChangedLines> {
  const file = await fileOf(engine, id);
  const { was, text } = await labWithoutWorker(file, name);
  return { file, ...changedLines(was, text) };
}

/** @throws Refused for the recording */
async function fileOf(engine: Engine, id: LabId): Promise<string> {
  const file = await engine.labFile(id);
  if (file === null) throw noNodesInRecording();
  return file;
}

function askedOf({ name, address }: NodeAnswers): Parameters<typeof newWorkerText>[1] {
  return { address: address.trim(), ...(name !== undefined && name.trim() !== '' && { name: name.trim() }) };
}

async function parse(file: string, text: string): Promise<{ lab: Lab } | { problems: readonly Problem[] }> {
  try {
    return { lab: await readLabFile(file, { bundle: 'later', text }) };
  } catch (error) {
    if (error instanceof LabFileError) return { problems: error.problems };
    throw error;
  }
}

function accessOf({ machines }: Lab, { ssh, alias }: LabNode): ComposedNode['access'] {
  if (machines || ssh.jump) return null;
  const { user, port, key, agent, password } = ssh;
  return {
    user: alias?.user === undefined ? user : '',
    port: alias?.port === undefined ? port : null,
    key: alias?.key === undefined ? (key ?? '') : '',
    agent,
    asks: password,
  };
}
