import { legTitles } from '../contract/path-words.ts';
import type { Hop, Path } from '../contract/path.ts';
import { shown } from '../contract/shown.ts';
import type { Language } from '../contract/text.ts';
import { wrapped } from './wrapped.ts';
import { basisWord, branchLine, endLines, hopChanges, hopPlace, passage } from './wording.ts';

const WIDTH = 760;
const MARGIN = 24;
/** Where the line of hops runs, and where the text beside it begins. */
const AXIS = MARGIN + 8;
const TEXT = MARGIN + 30;
const LINE = 18;

/** Colours on white with a contrast of 4.5 and more. */
const COLOURS: Readonly<Record<Hop['layer'], string>> = {
  name: '#7c2fb0',
  link: '#7a5d00',
  kernel: '#a4430a',
  overlay: '#00706f',
  gateway: '#b0146e',
  app: '#1f62b0',
};
const INK = '#1c2330';
const FAINT = '#586070';
const FAILED = '#b3261e';
const OK = '#1b6e3c';

type Look = 'title' | 'leg' | 'place' | 'text' | 'mono' | 'faint';

const LOOKS: Readonly<Record<Look, { size: number; attributes: string }>> = {
  title: { size: 17, attributes: `font-weight="600" fill="${INK}"` },
  leg: { size: 14, attributes: `font-weight="600" fill="${INK}"` },
  place: { size: 13, attributes: `font-weight="600" fill="${INK}"` },
  text: { size: 13, attributes: `fill="${INK}"` },
  mono: { size: 12, attributes: `font-family="ui-monospace, Menlo, Consolas, monospace" fill="${INK}"` },
  faint: { size: 12, attributes: `fill="${FAINT}"` },
};

/** What is drawn, and how far down it reaches. */
interface Drawn {
  readonly marks: readonly string[];
  readonly bottom: number;
}

/** A path as a drawing on white: its legs one below the other, each a line of hops; filled was observed, solid read, dashed predicted. */
export function pathSvg(path: Path, language: Language): string {
  const head = texts([path.target], { x: MARGIN, y: 36, look: 'title' });
  const time = texts([`${path.time}${path.recorded === undefined ? '' : ` · ${path.recorded}`}`], {
    x: MARGIN,
    y: head.bottom,
    look: 'faint',
  });
  const marks = [...head.marks, ...time.marks];
  let { bottom } = time;
  for (const { kind, hops } of path.legs) {
    const title = texts([legTitles[kind][language]], { x: MARGIN, y: bottom + 18, look: 'leg' });
    const leg = drawHops(hops, title.bottom + 4, language);
    marks.push(...title.marks, ...leg.marks);
    ({ bottom } = leg);
  }
  const end = drawEnd(path, bottom + 12, language);
  const height = Math.ceil(end.bottom + MARGIN);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, 'Noto Sans', 'Noto Sans JP', 'Hiragino Sans', sans-serif">`,
    `<title>${escaped(shown(path.target))}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...marks,
    ...end.marks,
    '</svg>',
    '',
  ].join('\n');
}

function drawHops(hops: readonly Hop[], top: number, language: Language): Drawn {
  const marks: string[] = [];
  let bottom = top;
  for (const [index, hop] of hops.entries()) {
    const drawn = drawHop(hop, bottom, language);
    if (index < hops.length - 1) marks.push(line(bottom, drawn.bottom, hops[index + 1]));
    marks.push(...drawn.marks);
    ({ bottom } = drawn);
  }
  return { marks, bottom };
}

function drawHop(hop: Hop, top: number, language: Language): Drawn {
  const { layer, basis, sentence, at, branches } = hop;
  const colour = COLOURS[layer];
  const fill = basis.kind === 'observed' ? colour : '#ffffff';
  const dashes = basis.kind === 'predicted' ? ' stroke-dasharray="3 2"' : '';
  const facts = [passage(hop), basisWord(basis, language), at === null ? '' : `+${at.toFixed(2)} ms`];
  const parts: readonly (readonly [readonly string[], Look])[] = [
    [[hopPlace(hop)], 'place'],
    [[sentence[language]], 'text'],
    [hopChanges(hop, language), 'mono'],
    [branches.map(branchLine), 'mono'],
    [[facts.filter(Boolean).join(' · ')], 'faint'],
  ];
  const marks = [
    `<circle cx="${AXIS}" cy="${top + 10}" r="6" fill="${fill}" stroke="${colour}" stroke-width="2"${dashes}/>`,
  ];
  let bottom = top;
  for (const [lines, look] of parts) {
    const drawn = texts(lines, { x: TEXT, y: bottom + (look === 'place' ? 14 : 0), look });
    marks.push(...drawn.marks);
    ({ bottom } = drawn);
  }
  return { marks, bottom: bottom + 2 };
}

/** From one hop to the next: dotted where the next was read, dashed where it is predicted. */
function line(top: number, bottom: number, next: Hop | undefined): string {
  const dashes = { observed: '', read: ' stroke-dasharray="1.5 3"', predicted: ' stroke-dasharray="4 3"' }[
    next?.basis.kind ?? 'predicted'
  ];
  return `<path d="M${AXIS} ${top + 18}V${bottom + 2}" stroke="${FAINT}" stroke-width="1.5" fill="none"${dashes}/>`;
}

function drawEnd(path: Path, top: number, language: Language): Drawn {
  const colour = { answered: OK, stopped: FAILED, unknown: FAINT }[path.end.status];
  const sign = { answered: '✓', stopped: '✗', unknown: '?' }[path.end.status];
  const said = texts(endLines(path.end, language), { x: TEXT, y: top + 14, look: 'text' });
  const mark = `<text x="${AXIS}" y="${top + 14}" text-anchor="middle" font-size="16" font-weight="700" fill="${colour}">${sign}</text>`;
  const notes = texts(
    [...path.unknown.map((text) => `? ${text[language]}`), ...path.notes.map((text) => `! ${text[language]}`)],
    { x: TEXT, y: said.bottom + 4, look: 'faint' },
  );
  return { marks: [mark, ...said.marks, ...notes.marks], bottom: notes.bottom };
}

/** Lines of text from a baseline on, wrapped to the width of the drawing. */
function texts(paragraphs: readonly string[], { x, y, look }: { x: number; y: number; look: Look }): Drawn {
  const { size, attributes } = LOOKS[look];
  const room = (WIDTH - MARGIN - x) / size;
  const lines = paragraphs
    .map(shown)
    .filter((text) => text !== '')
    .flatMap((text) => wrapped(text, look === 'mono' ? room / 1.1 : room));
  return {
    marks: lines.map(
      (text, index) =>
        `<text x="${x}" y="${y + index * LINE}" font-size="${size}" ${attributes}>${escaped(text)}</text>`,
    ),
    bottom: y + lines.length * LINE,
  };
}

function escaped(text: string): string {
  const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replaceAll(/[&<>"]/g, (sign) => signs[sign] ?? sign);
}
