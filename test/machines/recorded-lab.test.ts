import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack } from '../../src-main/machines/recorded/packed-parts.ts';
import { RecordedLab } from '../../src-main/machines/recorded/recorded-lab.ts';
import { packRecording, readRecording, RecordingUnusable } from '../../src-main/machines/recorded/recording.ts';
import type { MadeRecording, RecordedAnswer, RecordedChange } from '../../src-main/machines/recorded/recording.ts';
import { withUsedTexts } from '../../src-main/machines/recorded/used-texts.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { tempFolder } from './temp-folder.ts';

function change(stage: string, sentence: string, machine = 'a'): RecordedChange {
  const rest = { sudo: true, command: `do ${sentence}`, exitCode: 0, duration: 1, at: 0, output: [], input: [] };
  return { stage, machine, sentence, ...rest };
}

const answer = (stdout: number) => ({ question: 0, stdout, stderr: 0, exitCode: 0, duration: 1, at: 0 });
const question = { machine: 'a', sudo: false, command: 'look' };

/** Two stages: `one` makes x and y, `two` makes z; x outlives the undo of its stage. */
const recording: MadeRecording = {
  schema: 6,
  recorded: '2026-01-01T00:00:00.000Z',
  hoplab: '0',
  versions: {},
  labFile: '',
  files: {},
  machines: { a: 'nowhere', b: 'nowhere' },
  bundle: { arch: ['amd64'], kubernetes: 'v1', files: [], images: [], manifests: {} },
  texts: ['', 'bare', 'x', 'x y', 'x y z', 'after undo of one'],
  outputs: [],
  questions: [question],
  states: [1, 2, 3, 4].map((text) => ({ answers: [answer(text)], requests: [] })),
  situations: [],
  changes: [change('one', 'x'), change('one', 'y'), change('two', 'z')],
  done: { zero: 0, one: 2, two: 3 },
  undo: {
    two: { changes: [change('two', 'no z')], stays: [], requests: [], answers: [] },
    one: { changes: [change('one', 'no y')], stays: [0], requests: [], answers: [answer(5)] },
  },
};

function make(lab: RecordedLab, ...sentences: string[]): void {
  for (const sentence of sentences) lab.change({ machine: 'a', sentence, command: `do ${sentence}` })?.finish();
}

/** What it printed, where it was not followed. */
function stdout(given: RecordedAnswer | undefined): number | undefined {
  return given && 'stdout' in given ? given.stdout : undefined;
}

const seen = (lab: RecordedLab) => recording.texts[stdout(lab.answer(question)) ?? 0];

describe('a recorded lab', () => {
  it('has the requests that were made in its state, and no others', () => {
    const request = (target: string) => ({ target, id: 'a1', firstPort: 42_000 });
    const states = recording.states.map((state, height) => ({ ...state, requests: [request(`at ${height}`)] }));
    const { one } = recording.undo;
    const undo = { ...recording.undo, ...(one && { one: { ...one, requests: [request('after undo of one')] } }) };
    const lab = new RecordedLab({ ...recording, states, undo });
    expect(lab.requests()).toEqual([request('at 0')]);
    make(lab, 'x', 'y', 'z');
    expect(lab.requests()).toEqual([request('at 3')]);
    make(lab, 'no y');
    expect(lab.requests()).toEqual([request('after undo of one')]);
  });

  it('answers in a situation as it did while that lasted, and nothing else', () => {
    const lab = new RecordedLab(recording);
    const situation = { id: 'cut', title: { en: 'cut', ja: 'cut' }, target: 't', requests: [], answers: [answer(3)] };
    expect(stdout(lab.answer(question, situation))).toBe(3);
    expect(lab.answer(question, { ...situation, answers: [] })).toBeUndefined();
    expect(seen(lab)).toBe('bare');
  });

  it('knows a question by what it reads as well', () => {
    const asked = { ...question, input: 'the one' };
    const questions = [question, asked];
    const states = [{ answers: [answer(1), { ...answer(2), question: 1 }], requests: [] }];
    const lab = new RecordedLab({ ...recording, questions, states });
    expect(stdout(lab.answer(asked))).toBe(2);
    expect(lab.answer({ ...question, input: 'another one' })).toBeUndefined();
  });

  it('answers as in the state of the changes that were made', () => {
    const lab = new RecordedLab(recording);
    expect(seen(lab)).toBe('bare');
    make(lab, 'x');
    expect(seen(lab)).toBe('x');
    make(lab, 'y', 'z');
    expect(seen(lab)).toBe('x y z');
  });

  it('made in another order answers as in the last state that was recorded', () => {
    const lab = new RecordedLab(recording);
    make(lab, 'y');
    expect(seen(lab)).toBe('bare');
    make(lab, 'x');
    expect(seen(lab)).toBe('x y');
  });

  it('that was undone has what stays and the answers of then, and goes up again from there', () => {
    const lab = new RecordedLab(recording);
    make(lab, 'x', 'y', 'z', 'no z');
    expect(seen(lab)).toBe('x y');
    make(lab, 'no y');
    expect(lab.standing).toEqual({ made: [0], undone: 'one' });
    expect(seen(lab)).toBe('after undo of one');
    make(lab, 'y');
    expect(seen(lab)).toBe('x y');
  });

  it('knows neither a question nor a change that was not recorded', () => {
    const lab = new RecordedLab(recording);
    expect(lab.answer({ ...question, sudo: true })).toBeUndefined();
    expect(lab.answer({ ...question, machine: 'b' })).toBeUndefined();
    expect(lab.change({ machine: 'a', sentence: 'x', command: 'do something else' })).toBeUndefined();
  });

  it('tells after each change where it stands, and stands there when opened with it', () => {
    const kept: unknown[] = [];
    const lab = new RecordedLab(recording, undefined, (standing) => kept.push(standing));
    make(lab, 'x', 'y');
    expect(kept).toEqual([{ made: [0] }, { made: [0, 1] }]);
    expect(seen(new RecordedLab(recording, lab.standing))).toBe('x y');
    lab.reset();
    expect(seen(lab)).toBe('bare');
  });
});

describe('the file of a recording', () => {
  /** The first fills a part of its own. */
  const followed: MadeRecording = {
    ...recording,
    outputs: [
      [[0, 'stdout', 'x'.repeat(5_000_000)]],
      [[1, 'stderr', 'y']],
      [
        [2, 'stdout', 'ü'],
        [3, 'stdout', 'z'],
      ],
    ],
  };

  it('is read as it was packed', async () => {
    const file = join(await tempFolder(), 'r.br');
    writeFileSync(file, await packRecording(followed));
    const { texts, outputs, ...read } = await readRecording(file);
    expect({
      ...read,
      texts: followed.texts.map((_, place) => texts.at(place)),
      outputs: [await outputs.at(0), await outputs.at(1), await outputs.at(2)],
    }).toEqual(followed);
    expect(texts.at(followed.texts.length)).toBeUndefined();
    expect(await outputs.at(3)).toBeUndefined();
  });

  it('gives each text as it was, to its last line break', async () => {
    const lines = fc.array(fc.constantFrom('', 'a', 'ü 日本', 'a\r', '\0', '{"a": [1]}'), { maxLength: 6 });
    const file = join(await tempFolder(), 'r.br');
    const written = fc.array(lines.map((all) => all.join('\n')));
    await fc.assert(
      fc.asyncProperty(written, async (texts) => {
        writeFileSync(file, await packRecording({ ...recording, texts }));
        const read = await readRecording(file);
        expect([...texts, undefined].map((_, place) => read.texts.at(place))).toEqual([...texts, undefined]);
      }),
      { numRuns: 30 },
    );
  });

  it('that names a line which is not there is refused when that text is asked for', async () => {
    const file = join(await tempFolder(), 'r.br');
    const { outputs, ...head } = recording;
    writeFileSync(file, await pack({ ...head, lines: ['a'], texts: [[0, 0], [1]], questions: [] }, outputs));
    const { texts } = await readRecording(file);
    expect(texts.at(0)).toBe('a\na');
    expect(() => texts.at(1)).toThrow(RecordingUnusable);
  });

  it('keeps only the texts of its answers and changes, and each its own', () => {
    const change = { stage: 'one', machine: 'a', sentence: 'x', sudo: true, command: 'do x', exitCode: 0, duration: 1 };
    const made: MadeRecording = {
      ...recording,
      texts: ['', 'asked again', 'bare', 'asked again, too', 'printed', 'after undo', 'printed by undo', 'broken'],
      states: [{ answers: [answer(2)], requests: [] }],
      situations: [{ id: 'b', title: { en: 'b', ja: 'b' }, target: 't', requests: [], answers: [answer(7)] }],
      changes: [{ ...change, at: 0, output: [[1, 'stdout', 4]], input: [] }],
      undo: {
        one: {
          changes: [{ ...change, at: 0, output: [[1, 'stderr', 6]], input: [] }],
          stays: [],
          requests: [],
          answers: [answer(5)],
        },
      },
    };
    const used = withUsedTexts(made);
    const text = (place = -1) => used.texts[place];
    const { one } = used.undo;
    expect([...used.texts].sort()).toEqual(['', 'after undo', 'bare', 'broken', 'printed', 'printed by undo']);
    expect(text(stdout(used.states[0]?.answers[0]))).toBe('bare');
    expect(text(stdout(used.situations[0]?.answers[0]))).toBe('broken');
    expect(text(stdout(one?.answers[0]))).toBe('after undo');
    expect(text(used.changes[0]?.output[0]?.[2])).toBe('printed');
    expect(text(one?.changes[0]?.output[0]?.[2])).toBe('printed by undo');
  });

  it('is unpacked in parts: one that is damaged is refused with its name when it is asked for', async () => {
    const file = join(await tempFolder(), 'r.br');
    const bytes = await packRecording(followed);
    writeFileSync(file, Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1) === 0 ? 1 : 0])]));
    const { outputs } = await readRecording(file);
    expect(await outputs.at(0)).toEqual(followed.outputs[0]);
    await expect(outputs.at(2)).rejects.toMatchObject({ name: 'RecordingUnusable', file });
  });

  it('that is cut off is refused', async () => {
    const file = join(await tempFolder(), 'r.br');
    writeFileSync(file, (await packRecording(followed)).subarray(0, -1));
    await expect(readRecording(file)).rejects.toThrow(RecordingUnusable);
  });

  it.each([
    ['missing', undefined],
    ['no brotli', Buffer.from('{}')],
    ['empty', Buffer.alloc(0)],
    ['of another version', brotliCompressSync('{"schema":3}')],
  ])('that is %s is refused with its name', async (_, bytes) => {
    const file = join(await tempFolder(), 'r.br');
    if (bytes) writeFileSync(file, bytes);
    await expect(readRecording(file)).rejects.toThrow(RecordingUnusable);
    await expect(readRecording(file)).rejects.toMatchObject({ file });
  });
});
