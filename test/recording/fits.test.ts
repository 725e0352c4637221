import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Path } from '../../src-main/contract/path.ts';
import { recordingFile } from '../../src-main/engine/home.ts';
import { sh } from '../../src-main/machines/command.ts';
import { suggestedTargets } from '../../src-main/path/suggested-targets.ts';
import { trace } from '../../src-main/path/trace.ts';
import { askChecks } from '../../src-main/rollout/ask-checks.ts';
import { NotRecorded } from '../../src-main/machines/errors.ts';
import { withUsedTexts } from '../../src-main/machines/recorded/used-texts.ts';
import { inSituation } from '../../src-main/rollout/in-situation.ts';
import { Session } from '../../src-main/rollout/session.ts';
import { StageRefused } from '../../src-main/stages/stage-refused.ts';
import { isFollowed } from './is-followed.ts';
import { PlayedLab, shipped, stages } from './play.ts';

const ANEW = 'engine and recording do not fit: record anew with npm run record';
const signal = new AbortController().signal;
const recording = await shipped();

/** Where the lab can stand: after each change, and after each undo. */
const standings = [
  ...recording.states.map((_, height) => ({
    name: `after ${height} changes`,
    standing: { made: range(height) },
    all: Object.values(recording.done).includes(height),
  })),
  ...Object.entries(recording.undo).map(([stage, { stays }]) => ({
    name: `after undo ${stage}`,
    standing: { made: [...new Set([...range(below(stage)), ...stays])], undone: stage },
    all: true,
  })),
];

function range(length: number): number[] {
  return Array.from({ length }, (_, number) => number);
}

function below(stage: string): number {
  const order = Object.keys(recording.done);
  return recording.done[order[order.indexOf(stage) - 1] ?? ''] ?? 0;
}

async function followed(...asked: Parameters<typeof trace>): Promise<readonly Path[]> {
  const paths: Path[] = [];
  for await (const path of trace(...asked)) paths.push(path);
  return paths;
}

/** What paths would need to know and the recording does not say, and what of all that was requested in this state is not observed as a whole. */
async function unknownToPaths({ context }: Session, { recording }: PlayedLab['access']): Promise<string[]> {
  const wrong: string[] = [];
  for (const target of suggestedTargets(context.lab)) {
    const predicted = await followed(context, target, 1, { predictOnly: true, recording, signal });
    wrong.push(...predicted.flatMap(({ unknown }) => unknown.map(({ en }) => `${target}: ${en}`)));
    if (!predicted.some(isFollowed)) continue;
    const paths = await followed(context, target, 2, { predictOnly: false, recording, signal });
    if (paths.length !== 2) wrong.push(`${target}: ${paths.length} of 2 requests`);
    for (const { differences, unknown, notes } of paths) {
      if (differences === null) wrong.push(`${target} is predicted`);
      wrong.push(...[...unknown, ...notes].map(({ en }) => `${target}: ${en}`));
    }
  }
  return wrong;
}

describe('the engine understands the recording', () => {
  it.each(standings)('$name', async ({ standing, all }) => {
    const lab = await PlayedLab.open({ standing });
    const session = await Session.open(lab.access, signal);
    const { context, facts } = session;
    for (const stage of stages) {
      const decisions = [stage.decide(context), stage.undo(context)];
      for (const decided of decisions) {
        await decided.catch((error: unknown) => {
          if (!(error instanceof StageRefused)) throw new Error(`${stage.id}: ${ANEW}`, { cause: error });
        });
      }
      if (!all) continue;
      const results = await askChecks(stage, { context, facts, signal, patient: false, emit: () => undefined });
      const unknown = results.filter(({ actual }) => actual.en.startsWith('The recording does not know'));
      expect(
        unknown.map(({ check, machine, meaning }) => `${check} on ${machine}: ${meaning.en}`),
        ANEW,
      ).toEqual([]);
    }
    if (all) expect(await unknownToPaths(session, lab.access), ANEW).toEqual([]);
    await session.close();
  });

  it.each(recording.situations)('while something was broken: $id', async ({ id }) => {
    const { access } = await PlayedLab.open();
    const situation = access.recording.situations.find((one) => one.id === id);
    const session = await Session.open(access, signal);
    const played = inSituation(session.context, access.recording, situation);
    const options = { predictOnly: false, recording: played.recording, signal };
    const [path] = await followed(played.context, situation?.target ?? '', 1, options);
    expect(path?.differences, `${id}: ${ANEW}`).not.toBeNull();
    expect(path?.end.status).toBe('stopped');
    expect(path?.unknown).toEqual([]);
    expect(path?.notes.map(({ en }) => en)).toEqual([`While this was recorded: ${situation?.title.en ?? ''}.`]);
    await session.close();
  });

  it('and says so when it does not', async () => {
    const lab = await PlayedLab.open();
    const session = await Session.open(lab.access, signal);
    const asked = session.context.machine('client').run(sh`a command of tomorrow`);
    await expect(asked).rejects.toThrow(NotRecorded);
    await expect(asked).rejects.toMatchObject({ command: 'a command of tomorrow', machine: 'client' });
  });
});

/** All that is there, from the first on. */
async function allOf<Item>(list: { at(place: number): Item | undefined | Promise<Item | undefined> }): Promise<Item[]> {
  const all: Item[] = [];
  for (let item = await list.at(0); item !== undefined; item = await list.at(all.length)) all.push(item);
  return all;
}

/** What each command printed that was not followed as it came. */
const texts = await allOf(recording.texts);

describe('the recording', () => {
  it('has no text that nothing refers to', () => {
    expect(withUsedTexts({ ...recording, texts, outputs: [] }).texts).toHaveLength(texts.length);
  });

  it('is a small file', async () => {
    expect(statSync(recordingFile()).size).toBeLessThan(3_000_000);
  });

  it('says when it was made, with which versions, and of which lab file', () => {
    expect(Date.parse(recording.recorded)).toBeGreaterThan(0);
    expect(recording.versions['kubernetes']).toMatch(/^v\d+\.\d+\.\d+$/);
    expect(recording.labFile).toContain('lab: shortener');
  });

  it('holds no secret and nothing of the computer that it was made on', async () => {
    const secret =
      /-----BEGIN [A-Z ]*PRIVATE KEY|\b[a-z0-9]{6}\.[a-z0-9]{16}\b(?!\.)|client-key-data: \S{16}|\beyJ[A-Za-z0-9_-]{20,}\.|\$(?:6|y)\$|"secretkey": ?"[^"]/;
    const all = [
      ...texts,
      ...(await allOf(recording.outputs)).map((output) => output.map(([, , text]) => text).join('')),
      recording.labFile,
      ...Object.values(recording.files),
      ...recording.questions.flatMap(({ command, input = '' }) => [command, input]),
    ];
    expect(all.filter((text) => secret.test(text)).map((text) => secret.exec(text)?.[0])).toEqual([]);
    expect(all.filter((text) => /\/root\/|\/work\/|\/home\/(?!lab)/.test(text))).toEqual([]);
  });
});
