import { BrowserWindow, Notification } from 'electron';
import { endNotice } from '../contract/end-words.ts';
import type { EventOf, RolloutVerb } from '../contract/events.ts';
import type { Engine } from '../engine/engine.ts';
import { spokenLanguage } from './spoken-language.ts';

/** Runs that are over sooner have been watched. Milliseconds. */
const LONG = 30_000;

/** Tells that a long run has ended, when the window is not in front and the user wants to be told. */
export async function notifyOfEnd(
  engine: Engine,
  lab: string,
  verb: RolloutVerb,
  outcome: EventOf<'rollout-finished'>,
): Promise<void> {
  if (outcome.duration < LONG || BrowserWindow.getFocusedWindow() || !Notification.isSupported()) return;
  const { notifications } = await engine.readSettings();
  if (!notifications) return;
  const language = await spokenLanguage(engine);
  new Notification({ title: `Hoplab: ${lab}`, body: endNotice(verb, outcome)[language] }).show();
}
