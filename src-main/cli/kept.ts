import type { JournalSummary } from '../contract/journals.ts';
import type { PathFormat, PathSummary } from '../contract/kept-paths.ts';
import type { Text } from '../contract/text.ts';
import { listJournals, readJournal } from '../engine/read-journals.ts';
import { HumanOutput } from './human-output.ts';
import type { Settings } from './command-settings.ts';
import { tellPath } from './trace-path.ts';
import { withLab } from './with-lab.ts';

/* What was kept of a lab, by commands and by the window: no machine is needed to read it. */

export interface PathFlags {
  /** The path as a text for a document. */
  readonly format?: PathFormat;
}

/** Lists the paths that were followed, the newest first, or shows one of them. */
export function pathsCommand(settings: Settings, id: string | undefined, { format }: PathFlags): Promise<number> {
  return withLab(
    settings,
    async ({ paths }) => {
      if (id === undefined) tellRows(settings, await paths.list(), pathRow);
      else tellPath((await paths.open(id)).path, settings, format);
      return 0;
    },
    { keptOnly: true },
  );
}

/** Lists the rollouts, the newest first, or tells one of them as it was told when it ran. */
export function journalsCommand(settings: Settings, id: string | undefined): Promise<number> {
  return withLab(
    settings,
    async ({ parts: { journal } }) => {
      if (id === undefined) tellRows(settings, await listJournals(journal), journalRow);
      else await tellJournal(settings, journal, id);
      return 0;
    },
    { keptOnly: true },
  );
}

function tellRows<Row>({ terminal, json, language }: Settings, rows: readonly Row[], row: (row: Row) => Text): void {
  for (const each of rows) {
    if (json) terminal.printJson(each);
    else terminal.print(row(each)[language]);
  }
}

async function tellJournal(settings: Settings, folder: string, id: string): Promise<void> {
  const human = settings.json ? undefined : new HumanOutput(settings);
  try {
    for await (const events of readJournal(folder, id, undefined)) {
      for (const event of events) {
        if (human) human.tell(event);
        else settings.terminal.printJson(event);
      }
    }
  } finally {
    human?.close();
  }
}

function pathRow({ id, time, status, cause, target }: PathSummary): Text {
  const row = (end: string) => `${id}  ${time}  ${(cause ?? end).padEnd(12)}  ${target}`;
  return { en: row(ENDS[status].en), ja: row(ENDS[status].ja) };
}

function journalRow({ rollout, status, changes, duration }: JournalSummary): Text {
  const took = duration === null ? '' : `  ${(duration / 1000).toFixed(1)} s`;
  return {
    en: `${rollout}  ${ENDS[status].en}  ${changes} changes${took}`,
    ja: `${rollout}  ${ENDS[status].ja}  変更 ${changes} 件${took}`,
  };
}

const ENDS: Readonly<Record<PathSummary['status'] | JournalSummary['status'], Text>> = {
  answered: { en: 'answered', ja: '応答あり' },
  stopped: { en: 'stopped', ja: '途中で停止' },
  unknown: { en: 'unknown', ja: '不明' },
  done: { en: 'done', ja: '完了' },
  failed: { en: 'failed', ja: '失敗' },
  cancelled: { en: 'stopped', ja: '中止' },
  'cut-off': { en: 'cut off', ja: '中断' },
};
