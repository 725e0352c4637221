import type { Text } from '../contract/text.ts';
import type { RecordedRequest } from '../machines/recorded/recording.ts';
import type { StageContext } from '../stages/stage.ts';
import type { PlayedSituation, RecordingLabel } from './session.ts';

/** What a path is followed with on a recording: in its state, or in a situation. */
export interface PlayedPaths {
  readonly context: StageContext;
  readonly recording: { recorded: string; requests: () => readonly RecordedRequest[]; situation?: Text } | undefined;
}

/** The machines as they were while something was broken; without a situation, as they are. */
export function inSituation(
  context: StageContext,
  recording: RecordingLabel | undefined,
  situation: PlayedSituation | undefined,
): PlayedPaths {
  if (!recording || !situation) return { context, recording };
  const { title, requests, machines } = situation;
  const machine: StageContext['machine'] = (name) => machines.get(name) ?? context.machine(name);
  return {
    context: { ...context, machine, read: (name, fact) => context.read(name, fact) },
    recording: { recorded: recording.recorded, requests: () => requests, situation: title },
  };
}
