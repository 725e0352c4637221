import type {
  RecordedAnswer,
  RecordedChange,
  RecordedQuestion,
  RecordedRequest,
  RecordedSituation,
  Recording,
} from './recording.ts';

/** Where a recorded lab stands. Plain data, so that a door can keep it between two runs. */
export interface Standing {
  /** Numbers of the changes that have been made. */
  readonly made: readonly number[];
  /** The stage that was undone last, while nothing has been made since. */
  readonly undone?: string | undefined;
}

export interface FoundChange {
  readonly change: RecordedChange;
  /** Says that it was made to its end. */
  readonly finish: () => void;
}

/**
 * The state that the machines of a recording share. Every answer is one of a recorded state: when changes were made in another
 * order than then, the state is that of the longest run of recorded changes which have all been made.
 */
export class RecordedLab {
  readonly recording: Recording;
  readonly #made: Set<number>;
  #undone: string | undefined;
  readonly #save: (standing: Standing) => void;
  readonly #questions = new Map<string, number>();
  /** By question: its answers, with the number of changes made before each. */
  readonly #answers = new Map<number, { height: number; answer: RecordedAnswer }[]>();
  readonly #up = new Map<string, number[]>();
  readonly #down = new Map<string, RecordedChange>();

  constructor(
    recording: Recording,
    standing: Standing = { made: [] },
    save: (standing: Standing) => void = () => undefined,
  ) {
    this.recording = recording;
    this.#made = new Set(standing.made);
    this.#undone = standing.undone;
    this.#save = save;
    recording.questions.forEach((question, number) => this.#questions.set(questionKey(question), number));
    recording.states.forEach(({ answers }, height) => {
      for (const answer of answers) entry(this.#answers, answer.question).push({ height, answer });
    });
    recording.changes.forEach((change, number) => entry(this.#up, changeKey(change)).push(number));
    for (const { changes } of Object.values(recording.undo)) {
      for (const change of changes) this.#down.set(changeKey(change), change);
    }
  }

  get standing(): Standing {
    return { made: [...this.#made].sort((a, b) => a - b), ...(this.#undone !== undefined && { undone: this.#undone }) };
  }

  /** Back to bare machines. */
  reset(): void {
    this.#made.clear();
    this.#undone = undefined;
    this.#save(this.standing);
  }

  /** What the machine answered in the state that the lab is in, or in a situation; undefined when it was not asked then. */
  answer(question: RecordedQuestion, situation?: RecordedSituation): RecordedAnswer | undefined {
    const number = this.#questions.get(questionKey(question));
    if (number === undefined) return undefined;
    if (situation) return situation.answers.find((answer) => answer.question === number);
    const undone = this.#undone === undefined ? undefined : this.recording.undo[this.#undone];
    const afterUndo = undone?.answers.find((answer) => answer.question === number);
    if (afterUndo) return afterUndo;
    const height = this.#height();
    return this.#answers
      .get(number)
      ?.filter((known) => known.height <= height)
      .at(-1)?.answer;
  }

  /** The requests that were made and traced in the state that the lab is in. */
  requests(): readonly RecordedRequest[] {
    const { states, undo } = this.recording;
    const state = this.#undone === undefined ? states[this.#height()] : undo[this.#undone];
    return state?.requests ?? [];
  }

  /** A change by its machine, sentence and command, on the way up or of an undo; undefined when it was not recorded. */
  change(wanted: Pick<RecordedChange, 'machine' | 'sentence' | 'command'>): FoundChange | undefined {
    const key = changeKey(wanted);
    const numbers = this.#up.get(key);
    const number = numbers?.find((one) => !this.#made.has(one)) ?? numbers?.at(-1);
    const change = number === undefined ? undefined : this.recording.changes[number];
    if (number !== undefined && change) return { change, finish: () => this.#make(number) };
    const undoing = this.#down.get(key);
    return undoing && { change: undoing, finish: () => this.#takeBack(undoing) };
  }

  /** How many changes have been made, counted from the bottom without a gap. */
  #height(): number {
    let height = 0;
    while (this.#made.has(height)) height += 1;
    return height;
  }

  #make(number: number): void {
    this.#made.add(number);
    this.#undone = undefined;
    this.#save(this.standing);
  }

  /** An undo takes back what its stage and those after it have made on that machine, but for what was seen to stay. */
  #takeBack({ stage, machine }: RecordedChange): void {
    const order = Object.keys(this.recording.done);
    const stays = this.recording.undo[stage]?.stays ?? [];
    for (const number of this.#made) {
      const made = this.recording.changes[number];
      if (made?.machine !== machine || stays.includes(number)) continue;
      if (order.indexOf(made.stage) >= order.indexOf(stage)) this.#made.delete(number);
    }
    const rest = [...this.#made].filter((number) => !stays.includes(number));
    const below = this.recording.done[order[order.indexOf(stage) - 1] ?? ''] ?? 0;
    this.#undone = rest.every((number) => number < below) ? stage : undefined;
    this.#save(this.standing);
  }
}

/** What a question is known by. */
export function questionKey({ machine, sudo, command, input = '' }: RecordedQuestion): string {
  return [machine, sudo ? 'root' : 'user', command, input].join('\n');
}

/** What a change is known by. */
export function changeKey({
  machine,
  sentence,
  command,
}: Pick<RecordedChange, 'machine' | 'sentence' | 'command'>): string {
  return `${machine}\n${sentence}\n${command}`;
}

function entry<Key, Item>(map: Map<Key, Item[]>, key: Key): Item[] {
  const known = map.get(key);
  if (known) return known;
  const made: Item[] = [];
  map.set(key, made);
  return made;
}
