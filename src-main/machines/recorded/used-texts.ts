import type { MadeRecording, RecordedAnswer, RecordedChange } from './recording.ts';

/**
 * The same recording without texts that no answer and no change refers to: a question that is asked again and again leaves
 * one for each time, and only the last is its answer.
 */
export function withUsedTexts(recording: MadeRecording): MadeRecording {
  const places = new Map<number, number>();
  const moved = (place: number): number => {
    const known = places.get(place) ?? places.size;
    places.set(place, known);
    return known;
  };
  const answered = <State extends { readonly answers: readonly RecordedAnswer[] }>(state: State) => ({
    ...state,
    answers: state.answers.map((answer) =>
      'output' in answer ? answer : { ...answer, stdout: moved(answer.stdout), stderr: moved(answer.stderr) },
    ),
  });
  const made = (change: RecordedChange): RecordedChange => ({
    ...change,
    output: change.output.map(([at, stream, place]) => [at, stream, moved(place)]),
  });
  const used = {
    states: recording.states.map(answered),
    situations: recording.situations.map(answered),
    changes: recording.changes.map(made),
    undo: Object.fromEntries(
      Object.entries(recording.undo).map(([stage, undone]) => [
        stage,
        { ...answered(undone), changes: undone.changes.map(made) },
      ]),
    ),
  };
  const texts = [...places.keys()].map((place) => recording.texts[place] ?? '');
  return { ...recording, ...used, texts };
}
