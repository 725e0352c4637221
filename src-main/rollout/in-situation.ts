import type { Text } from '../contract/text.ts';
import { FactReader } from '../facts/fact.ts';
import type { RecordedRequest } from '../machines/recorded/recording.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { PlayedSituation, RecordingLabel } from './session.ts';

/** What a path is followed with on a recording: in its state, or in a situation. */
export interface PlayedPaths {
  readonly context: LabContext;
  readonly recording: { recorded: string; requests: () => readonly RecordedRequest[]; situation?: Text } | undefined;
}

/** The machines as they were while something was broken; without a situation, as they are. */
export function inSituation(
  context: LabContext,
  recording: RecordingLabel | undefined,
  situation: PlayedSituation | undefined,
): PlayedPaths {
  if (!recording || !situation) return { context, recording };
  const { title, requests, machines } = situation;
  const machine: LabContext['machine'] = (name) => machines.get(name) ?? context.machine(name);
  const facts = new FactReader();
  return {
    context: { ...context, machine, read: (name, fact) => facts.read(machine(name), fact) },
    recording: { recorded: recording.recorded, requests: () => requests, situation: title },
  };
}
