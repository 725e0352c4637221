import { passagesOf } from '../contract/path-story.ts';
import { legTitles, noteKinds, noteTitles } from '../contract/path-words.ts';
import type { Hop, Path, PathEvidence } from '../contract/path.ts';
import { shown } from '../contract/shown.ts';
import type { Language, Text } from '../contract/text.ts';
import { basisWord, branchLine, endLines, hopChanges, hopPlace, passage } from './wording.ts';

/** Lines of one piece of evidence that are written out. */
const MOST_LINES = 12;

const words = {
  end: { en: 'Result', ja: '結果' },
  differences: { en: 'Differences between prediction and observation', ja: '予測と観測の違い' },
  recorded: { en: 'Played from a recording made at', ja: '記録の再生。記録日時:' },
  more: { en: 'more lines', ja: '行を省略' },
} as const satisfies Record<string, Text>;

/** A path as Markdown: a numbered list of hops a leg, with what each changes, its branches and its evidence. */
export function pathMarkdown(path: Path, language: Language): string {
  const say = (text: Text) => text[language];
  const { target, time, recorded, legs, end, differences } = path;
  const lines = [
    `# ${code(target)}`,
    '',
    recorded === undefined ? plain(time) : plain(`${time} (${say(words.recorded)} ${recorded})`),
    ...legs.flatMap(({ kind, hops }) => [
      '',
      `## ${say(legTitles[kind])}`,
      '',
      ...hops.flatMap((hop, index) => hopLines(hop, index, language)),
    ]),
    '',
    `## ${say(words.end)}`,
    '',
    ...endLines(end, language).flatMap((line) => [plain(line), '']),
    ...(end.status === 'unknown' ? [] : end.evidence).flatMap((one) => fenced(evidenceLines(one, say(words.more)), '')),
    ...listed(
      say(words.differences),
      (differences ?? []).map(
        ({ what, predicted, observed, explanation }) =>
          `${plain(say(what))}: ${code(say(predicted))} ≠ ${code(say(observed))}. ${plain(say(explanation))}`,
      ),
    ),
    ...noteKinds.flatMap((kind) =>
      listed(
        say(noteTitles[kind]),
        path[kind].map((text) => plain(say(text))),
      ),
    ),
  ];
  return `${shown(lines.join('\n')).trimEnd()}\n`;
}

function hopLines(hop: Hop, index: number, language: Language): readonly string[] {
  const indent = '   ';
  const { sentence, basis, at, branches, evidence } = hop;
  const facts = [passage(hop), basisWord(basis, language), at === null ? '' : `+${at.toFixed(2)} ms`];
  const head = `${index + 1}. **${plain(hopPlace(hop))}** (${plain(facts.filter(Boolean).join(', '))}): ${plain(sentence[language])}`;
  return [
    head,
    ...passagesOf(hop).map((passage) => `${indent}> ${plain(passage[language])}`),
    ...hopChanges(hop, language).map((change) => `${indent}- ${code(change)}`),
    ...(branches.length ? fenced(branches.map(branchLine), indent) : []),
    ...(basis.kind === 'observed' ? [] : [`${indent}- ${plain(basis.reason[language])}`]),
    ...evidence.flatMap((one) => fenced(evidenceLines(one, words.more[language]), indent)),
  ];
}

function evidenceLines({ machine, command, lines }: PathEvidence, more: string): readonly string[] {
  const all = [...command.split('\n').map((line, index) => (index === 0 ? `${machine} $ ${line}` : line))];
  const asked = all.length > MOST_LINES ? [...all.slice(0, 3), `… ${all.length - 3} ${more}`] : all;
  const said =
    lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), `… ${lines.length - MOST_LINES} ${more}`] : lines;
  return [...asked, ...said.map((line) => line.trimEnd())].filter((line) => line !== '');
}

/** A fence that is longer than any in the lines. */
function fenced(texts: readonly string[], indent: string): readonly string[] {
  const lines = texts.flatMap((text) => text.split('\n'));
  const fence = '`'.repeat(Math.max(2, ...lines.map(mostTicks)) + 1);
  return ['', `${indent}${fence}text`, ...lines.map((line) => `${indent}${line}`), `${indent}${fence}`, ''];
}

function listed(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : ['', `## ${title}`, '', ...items.map((item) => `- ${item}`)];
}

/** Text that Markdown shows as it is, in one line. */
function plain(text: string): string {
  return oneLine(text).replaceAll(/[\\`*_<>[\]|#~&!]/g, '\\$&');
}

/** One line of code, between more backticks than are in it. */
function code(text: string): string {
  const ticks = '`'.repeat(mostTicks(text) + 1);
  const line = oneLine(text);
  return /^[` ]|[` ]$/.test(line) ? `${ticks} ${line} ${ticks}` : `${ticks}${line}${ticks}`;
}

function oneLine(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .join(' ');
}

/** The longest run of backticks. */
function mostTicks(text: string): number {
  return text.match(/`+/g)?.reduce((most, { length }) => Math.max(most, length), 0) ?? 0;
}
