import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { archSchema } from '../../bundle/bundle-index.ts';
import { textSchema } from '../../contract/text.ts';
import type { KubernetesObject } from '../../cluster/manifest.ts';
import { pack, unpack } from './packed-parts.ts';
import { SharedLines, textOf, type LinePlaces } from './shared-lines.ts';

/*
 * A recording: what the machines of a real lab answered, state by state. Made by `npm run record` on the lab in test/lab and
 * never edited by hand. Its states are the rungs of a ladder: bare machines at the bottom, then one rung for each change, in
 * the order in which they were made. After an undo the lab stands on the rung of the stage before, with answers of its own.
 */

const index = z.number().int().nonnegative();
const milliseconds = z.number().nonnegative();

/** What was asked: a command on a machine, as root or not, and what it read on its standard input when that is a text. */
const questionSchema = z.object({
  machine: z.string(),
  sudo: z.boolean(),
  command: z.string(),
  input: z.string().optional(),
});

const stream = z.enum(['stdout', 'stderr']);

/** What a command printed while it was followed, as it came: milliseconds since it began, stream, text. */
const outputSchema = z.array(z.tuple([milliseconds, stream, z.string()]));

/** One answer. `at` is milliseconds since 1970. */
const answered = z.object({ question: index, exitCode: z.number().int(), duration: milliseconds, at: z.number() });

/** What it printed: two places in `texts`, or where it was followed as it came, a place in `outputs`. */
const answerSchema = z.union([answered.extend({ stdout: index, stderr: index }), answered.extend({ output: index })]);

/** A request that was made in a state while all nodes traced it: its target as it was asked for, and what it was known by. */
const requestSchema = z.object({ target: z.string(), id: z.string(), firstPort: z.number().int() });

/** The answers that differ from those of the state before, and the requests that were made in this one. */
const stateSchema = z.object({ answers: z.array(answerSchema), requests: z.array(requestSchema) });

/** A change that was made: its output as it came (milliseconds, stream, place in `texts`), and its input as it was read. */
const changeSchema = z.object({
  stage: z.string(),
  machine: z.string(),
  sudo: z.boolean(),
  /** The English sentence: with machine and command it names the change. */
  sentence: z.string(),
  command: z.string(),
  exitCode: z.number().int(),
  duration: milliseconds,
  at: z.number(),
  output: z.array(z.tuple([milliseconds, stream, index])),
  /** Milliseconds and bytes read so far, of what is big. */
  input: z.array(z.tuple([milliseconds, z.number()])),
});

/** A fault that was made on the finished lab, and its target followed: all that was asked for that, whatever the state. */
const situationSchema = stateSchema.extend({ id: z.string(), title: textSchema, target: z.string() });

/** As it was: the order of its keys is part of its hash, and a schema of its fields would change it. */
const objectSchema = z.custom<KubernetesObject>(
  (value) => typeof value === 'object' && value !== null && 'kind' in value,
);

const bundleSchema = z.object({
  arch: z.array(archSchema),
  kubernetes: z.string(),
  files: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['binary', 'archive', 'manifest']),
      arch: archSchema.optional(),
      version: z.string(),
      sha256: z.string(),
      /** Bytes that travel. */
      size: z.number(),
    }),
  ),
  /** Bytes of all that belongs to an image, for its architecture. */
  images: z.array(z.object({ reference: z.string(), size: z.number() })),
  /** What decisions need of the projects' manifests: definitions by their hash alone. */
  manifests: z.record(
    z.string(),
    z.object({
      version: z.string(),
      definitions: z.array(z.object({ name: z.string(), hash: z.string() })),
      objects: z.array(objectSchema),
    }),
  ),
});

const headSchema = z.object({
  schema: z.literal(6),
  /** ISO 8601. */
  recorded: z.string(),
  /** Version of Hoplab that made it. */
  hoplab: z.string(),
  /** Versions by component, for people. */
  versions: z.record(z.string(), z.string()),
  /** The lab file as the user would write it, and the texts of the files that it names, by the path in it. */
  labFile: z.string(),
  files: z.record(z.string(), z.string()),
  /** Where each machine was, for people: `lab@192.168.2.10:22`. */
  machines: z.record(z.string(), z.string()),
  bundle: bundleSchema,
  texts: z.array(z.string()),
  questions: z.array(questionSchema),
  /** One more than `changes`: the state before the first, then the state after each. */
  states: z.array(stateSchema),
  situations: z.array(situationSchema),
  changes: z.array(changeSchema),
  /** How many changes have been made when a stage is done, by its id, in the order of the stages. */
  done: z.record(z.string(), index),
  /**
   * Undoing, by stage: its changes; the changes on the way up of it and of later stages that were still in effect afterwards;
   * and the answers afterwards that differ from those on the way up, with the requests that were made then.
   */
  undo: z.record(z.string(), z.object({ changes: z.array(changeSchema), stays: z.array(index), ...stateSchema.shape })),
});

/** Its lines are looked up when it is asked for. */
const placesSchema = z.custom<LinePlaces>((value) => Array.isArray(value));

/** As it stands in the file: texts and commands by their lines, each of which is there once. */
const packedSchema = headSchema.extend({
  lines: z.array(z.string()),
  texts: z.array(placesSchema),
  questions: z.array(questionSchema.extend({ command: placesSchema })),
});

/** A recording as it is made. */
export const madeRecordingSchema = headSchema.extend({ outputs: z.array(outputSchema) });

export type MadeRecording = z.infer<typeof madeRecordingSchema>;

/** A recording as it is played. What its machines printed, most of its size, is unpacked when it is asked for; an array has it all. */
export interface Recording extends Omit<z.infer<typeof headSchema>, 'texts'> {
  readonly texts: { at(place: number): string | undefined };
  readonly outputs: { at(place: number): RecordedOutput | undefined | Promise<RecordedOutput | undefined> };
}

export type RecordedChange = z.infer<typeof changeSchema>;
export type RecordedAnswer = z.infer<typeof answerSchema>;
export type RecordedOutput = z.infer<typeof outputSchema>;
export type RecordedRequest = z.infer<typeof requestSchema>;
export type RecordedSituation = z.infer<typeof situationSchema>;
export type RecordedQuestion = z.infer<typeof questionSchema>;

/** A file that is no recording, or one of another version of Hoplab. */
export class RecordingUnusable extends Error {
  readonly file: string;
  constructor(file: string, cause: unknown) {
    super(`${file} is not a recording that this version of Hoplab reads`, { cause });
    this.name = 'RecordingUnusable';
    this.file = file;
  }
}

/** @throws RecordingUnusable, here and when a text or an output is asked for that is not one */
export async function readRecording(file: string): Promise<Recording> {
  const unusable = (error: unknown) => new RecordingUnusable(file, error);
  try {
    const unpacked = await unpack(await readFile(file));
    const { lines, texts, questions, ...head } = packedSchema.parse(unpacked.head);
    const textAt = (place: number) => {
      try {
        const places = texts[place];
        return places && textOf(lines, places);
      } catch (error) {
        throw unusable(error);
      }
    };
    const outputAt = async (place: number) => {
      try {
        return outputSchema.optional().parse(await unpacked.parts.at(place));
      } catch (error) {
        throw unusable(error);
      }
    };
    return {
      ...head,
      questions: questions.map((question) => ({ ...question, command: textOf(lines, question.command) })),
      texts: { at: textAt },
      outputs: { at: outputAt },
    };
  } catch (error) {
    throw unusable(error);
  }
}

/** The bytes of a recording's file. */
export async function packRecording(recording: MadeRecording): Promise<Buffer> {
  const { outputs, texts, questions, ...head } = madeRecordingSchema.parse(recording);
  const lines = new SharedLines();
  const packed = {
    ...head,
    texts: texts.map((text) => lines.place(text)),
    questions: questions.map((question) => ({ ...question, command: lines.place(question.command) })),
    lines: lines.all,
  };
  return pack(packed satisfies z.infer<typeof packedSchema>, outputs);
}
