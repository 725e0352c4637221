import { watch } from 'vue';
import { endWords } from '../../../src-main/contract/end-words.ts';
import type { RolloutVerb } from '../../../src-main/contract/events.ts';
import { duration, say } from '../../language.ts';
import { useConnection } from '../../stores/connection.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { labTexts } from '../../texts/lab-texts.ts';
import { useToasts } from '../../stores/toasts.ts';
import type { OpenLab } from '../../stores/labs.ts';
import type { LogRow } from '../run-log/log-rows.ts';

/** A rollout that took longer than this is told by the system as well, when the window is not in front. */
const LONG = 30_000;
/** What the log says of earlier runs when a lab is opened is no news. */
const NEWS = 5000;

/** Says how a rollout ended: in the window's corner, and by a system notification when nobody looks. */
export function tellEnds(lab: OpenLab): void {
  watch(lab.log.rows, (rows) => {
    const last = rows.at(-1);
    if (!last || !('event' in last) || last.event.event !== 'rollout-finished') return;
    const toasts = useToasts();
    const end = `${lab.id} ${last.time}`;
    // a lab that is opened anew has its log once more
    if (toasts.ends.has(end) || Date.now() - Date.parse(last.time) > NEWS) return;
    toasts.ends.add(end);
    const { status, changes, duration: took, explanation: why } = last.event;
    const title = say(endWords[verbOf(rows)][status]);
    const size = changes > 0 ? `${say(labTexts.changes(changes))} · ${duration(took)}` : duration(took);
    const detail = why ? `${size} · ${say(why.title)} · ${say(why.remedy)}` : size;
    toasts.show({ state: status === 'done' ? 'ok' : status === 'failed' ? 'failed' : 'attention', title, detail });
    if (usePreferences().notifications && !document.hasFocus() && took > LONG) notify(title, detail);
  });
}

/** What the run was that is the last in a log. */
function verbOf(rows: readonly LogRow[]): RolloutVerb {
  for (const row of [...rows].reverse())
    if ('event' in row && row.event.event === 'rollout-started') return row.event.verb;
  return 'up';
}

/** The desktop window is told by the engine's own process; a browser page tells by itself. */
function notify(title: string, body: string): void {
  if (useConnection().about?.door === 'browser' && Notification.permission === 'granted')
    new Notification(title, { body });
}
