import { isInZone } from '../lab/in-zone.ts';

/** A plugin of a server block as the Corefile states it. */
export interface Plugin {
  readonly name: string;
  readonly words: readonly string[];
  /** Its line in the Corefile, from 0. */
  readonly line: number;
  /** The lines between its braces. */
  readonly body: readonly { readonly words: readonly string[]; readonly line: number }[];
}

/** A server block: the zones that it answers for, and by what. */
export interface ServerBlock {
  /** The lines up to its brace, from 0. */
  readonly head: readonly number[];
  /** Of names that are asked for at port 53 in plain DNS: without the dot at their end, the root is empty. */
  readonly zones: readonly string[];
  readonly plugins: readonly Plugin[];
}

/** The server blocks of a Corefile. Format: https://coredns.io/manual/toc/#configuration. A snippet answers nobody. */
export function serverBlocks(corefile: string): readonly ServerBlock[] {
  const blocks: { head: readonly number[]; zones: readonly string[]; plugins: Plugin[] }[] = [];
  let depth = 0;
  let heads: { text: string; line: number }[] = [];
  let body: { words: readonly string[]; line: number }[] = [];
  for (const [line, text] of corefile.split('\n').entries()) {
    const words = wordsOf(text);
    const opens = words.at(-1) === '{';
    if (words.length === 0) continue;
    if (depth === 0) {
      heads.push({ text: (opens ? words.slice(0, -1) : words).join(' '), line }); // zones may take several lines, with commas
      if (!opens) continue;
      const zones = zonesOf(heads.map((one) => one.text).join(' '));
      blocks.push({ head: heads.map((one) => one.line), zones, plugins: [] });
      heads = [];
    } else if (depth === 1 && words[0] !== '}') {
      const [name = '', ...rest] = opens ? words.slice(0, -1) : words;
      body = [];
      blocks.at(-1)?.plugins.push({ name, words: rest, line, body });
    } else if (words[0] !== '}') {
      body.push({ words, line });
    }
    if (opens) depth += 1;
    if (words[0] === '}') depth = Math.max(0, depth - 1);
  }
  return blocks;
}

/** The block that answers for a name: of those whose zone it is in, the one with the longest. */
export function blockOf(
  blocks: readonly ServerBlock[],
  name: string,
): { readonly block: ServerBlock; readonly zone: string } | undefined {
  const fitting = blocks.flatMap((block) =>
    block.zones.filter((zone) => isBelow(name, zone)).map((zone) => ({ block, zone })),
  );
  return fitting.reduce<(typeof fitting)[number] | undefined>(
    (best, one) => (best && best.zone.length >= one.zone.length ? best : one),
    undefined,
  );
}

/** Whether a name is a zone's or below it. */
export function isBelow(name: string, zone: string): boolean {
  return zone === '' || isInZone(name.toLowerCase(), zone);
}

/** A zone as it is compared: in small letters, without its dot. */
export function bareZone(word: string): string {
  const zone = word.toLowerCase();
  return zone.endsWith('.') ? zone.slice(0, -1) : zone;
}

function wordsOf(line: string): readonly string[] {
  const comment = line.search(/(?:^|\s)#/);
  const text = comment < 0 ? line : line.slice(0, comment);
  return text.split(/\s+/).filter((word) => word !== '');
}

function zonesOf(head: string): readonly string[] {
  return head.split(/[\s,]+/).flatMap((key) => {
    const [, scheme = 'dns', zone, port = '53'] = /^(?:([a-z0-9]+):\/\/)?([^:/()]*)(?::(\d+))?$/i.exec(key) ?? [];
    return zone === undefined || key === '' || scheme !== 'dns' || port !== '53' ? [] : [bareZone(zone)];
  });
}
