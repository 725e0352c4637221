import { passagesOf } from '../contract/path-story.ts';
import { agreementOf, legTitles } from '../contract/path-words.ts';
import type { Branch, Hop, Packet, Path, PathEnd, PathEvidence, Spread } from '../contract/path.ts';
import type { Language, Text } from '../contract/text.ts';
import type { Settings } from './command-settings.ts';
import { paint } from './terminal.ts';

type Telling = Pick<Settings, 'language' | 'verbose'>;

/** A path for a person: a line for each hop, with a filled sign where it was observed, a half-filled one where it was read. Verbose: the story, packets and evidence as well. */
export function pathLines(path: Path, telling: Telling): readonly string[] {
  const say = (text: Text) => text[telling.language];
  return [
    paint.bold(path.target),
    ...path.legs.flatMap(({ kind, hops }) => [
      '',
      paint.bold(say(legTitles[kind])),
      ...hops.flatMap((hop) => hopLines(hop, telling)),
    ]),
    '',
    ...endLines(path.end, telling),
    ...differenceLines(path, telling.language),
    ...path.unknown.map((text) => paint.yellow(`  ? ${say(text)}`)),
    ...path.notes.map((text) => paint.dim(`  ! ${say(text)}`)),
  ];
}

function hopLines(hop: Hop, { language, verbose }: Telling): readonly string[] {
  const { machine, place, sentence, basis, at, branches, seed } = hop;
  const sign = { observed: paint.green('●'), read: paint.dim('◐'), predicted: paint.dim('○') }[basis.kind];
  const time = at === null ? '' : paint.dim(` +${at.toFixed(2)} ms`);
  const passage = seed === null ? '' : paint.dim(` §${seed.section} ${seed.step}`.trimEnd());
  const line = `  ${sign} ${paint.cyan(machine)} ${paint.dim(place.name)}  ${sentence[language]}${passage}${time}`;
  return [line, ...branches.map(branchLine), ...(verbose ? details(hop, language) : [])];
}

function branchLine({ endpoint, probability, node, pod, taken }: Branch): string {
  const share = `${(probability * 100).toFixed(1).padStart(5)} %`;
  const where = [pod, node].filter((word) => word !== null).join(' · ');
  const line = `      ${taken ? '→' : ' '} ${share}  ${endpoint}  ${where}`;
  return taken ? line : paint.dim(line);
}

function details(hop: Hop, language: Language): readonly string[] {
  const { before, after, evidence, basis } = hop;
  const [old, now] = [packetLine(before), packetLine(after)];
  return [
    ...passagesOf(hop).map((passage) => paint.italic(`      “${passage[language]}”`)),
    `      ${old}`,
    ...(old === now ? [] : [`    → ${now}`]),
    ...(basis.kind === 'observed' ? [] : [paint.dim(`      ${basis.reason[language]}`)]),
    ...evidenceLines(evidence),
  ];
}

function evidenceLines(evidence: readonly PathEvidence[]): readonly string[] {
  return evidence.flatMap(({ machine, command, lines }) => [
    paint.dim(`      ${machine} $ ${command.split('\n')[0] ?? ''}${command.includes('\n') ? ' …' : ''}`),
    ...lines.map((line) => paint.dim(`        ${line.trimEnd()}`)),
  ]);
}

/** `tcp 192.168.2.50:41001 > 192.168.2.200:80`, with MAC addresses, VXLAN and Host where they are. */
function packetLine(packet: Packet): string {
  const { protocol, source, sourcePort, destination, destinationPort, outer, host, name } = packet;
  const flow = `${protocol} ${source}:${sourcePort ?? '*'} > ${destination}:${destinationPort ?? '*'}`;
  const { sourceMac, destinationMac } = packet;
  const macs = sourceMac === null && destinationMac === null ? '' : ` [${sourceMac ?? '?'} > ${destinationMac ?? '?'}]`;
  const around = outer ? ` in VXLAN ${outer.vni} ${outer.source} > ${outer.destination}:${outer.port}` : '';
  return `${flow}${macs}${around}${host === null ? '' : ` Host: ${host}`}${name === null ? '' : ` ? ${name}`}`;
}

function endLines(end: PathEnd, { language, verbose }: Telling): readonly string[] {
  if (end.status === 'unknown') return [paint.yellow(`? ${end.sentence[language]}`)];
  const evidence = verbose ? evidenceLines(end.evidence) : [];
  if (end.status === 'answered') return [paint.green(`✓ ${end.sentence[language]}`), ...evidence];
  return [
    paint.red(`✗ ${end.cause}${end.because === null ? '' : ` (${end.because})`}: ${end.sentence[language]}`),
    `  ${end.meaning[language]}`,
    `  ${paint.yellow(end.remedy[language])}`,
    ...evidence,
  ];
}

function differenceLines(path: Path, language: Language): readonly string[] {
  const { differences } = path;
  if (differences === null) return [];
  const agreement = agreementOf(path);
  if (agreement) return [paint.dim(`  = ${agreement[language]}`)];
  return differences.flatMap(({ what, predicted, observed, explanation }) => [
    paint.yellow(`  ≠ ${what[language]}: ${predicted[language]} ≠ ${observed[language]}`),
    `    ${explanation[language]}`,
  ]);
}

/** How several requests spread, against the probabilities of the rules. */
export function spreadLines({ requests, unanswered, shares }: Spread, { language }: Telling): readonly string[] {
  const head: Text = {
    en: `${requests} requests, ${unanswered} unanswered`,
    ja: `リクエスト ${requests} 件、応答なし ${unanswered} 件`,
  };
  return [
    '',
    paint.bold(head[language]),
    ...shares.map(({ endpoint, pod, node, probability, requests: own }) => {
      const share = requests === 0 ? 0 : (own / requests) * 100;
      const where = [pod, node].filter((word) => word !== null).join(' · ');
      return `  ${String(own).padStart(4)}  ${share.toFixed(1).padStart(5)} %  (${(probability * 100).toFixed(1)} %)  ${endpoint}  ${where}`;
    }),
  ];
}
