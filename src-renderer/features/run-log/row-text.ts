import { downloadedWords } from '../../../src-main/contract/download-words.ts';
import type { Language, Text } from '../../../src-main/contract/text.ts';
import type { LogRow } from './log-rows.ts';

/** A row as one line of text: for searching, copying and exporting. */
export function rowText(row: LogRow, language: Language): string {
  return [row.time, row.machine ?? '-', rowWords(row, language)].join(' ');
}

function rowWords(row: LogRow, language: Language): string {
  if ('output' in row) return row.output;
  const { event } = row;
  const say = (text: Text): string => text[language];
  switch (event.event) {
    case 'rollout-started':
      return `${event.lab}: ${event.verb} (${event.stages.join(', ')})`;
    case 'stage-started':
      return say(event.title);
    case 'change-started':
      return `${say(event.sentence)}: ${event.command}`;
    case 'change-failed':
      return `${say(event.explanation.title)}. ${say(event.explanation.remedy)} ${event.explanation.detail}`;
    case 'waiting':
      return say(event.sentence);
    case 'download-finished':
      return say(downloadedWords(event.bytes));
    case 'check-finished':
      return `${event.status}: ${say(event.sentence)} (${say(event.actual)})`;
    case 'stage-finished':
      return `${event.stage}: ${event.status}`;
    case 'stage-undone':
      return `${event.stage}: undone`;
    case 'rollout-finished':
      return event.explanation ? `${event.status}: ${say(event.explanation.title)}` : event.status;
  }
}
