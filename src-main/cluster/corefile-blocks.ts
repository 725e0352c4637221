/** A plugin of a server block as the Corefile states it. */
export interface Plugin {
  readonly name: string;
  readonly words: readonly string[];
  /** The lines between its braces. */
  readonly body: readonly (readonly string[])[];
}

/** A server block: the zones that it answers for, and by what. */
export interface ServerBlock {
  /** Its first line as it stands there. */
  readonly head: string;
  /** Of names that are asked for at port 53 in plain DNS: without the dot at their end, the root is empty. */
  readonly zones: readonly string[];
  readonly plugins: readonly Plugin[];
}

/** The server blocks of a Corefile. Format: https://coredns.io/manual/toc/#configuration. A snippet answers nobody. */
export function serverBlocks(corefile: string): readonly ServerBlock[] {
  const blocks: { head: string; zones: readonly string[]; plugins: Plugin[] }[] = [];
  let depth = 0;
  let heads: string[] = [];
  let body: (readonly string[])[] = [];
  for (const line of corefile.split('\n')) {
    const words = wordsOf(line);
    const opens = words.at(-1) === '{';
    if (words.length === 0) continue;
    if (depth === 0) {
      heads.push(opens ? words.slice(0, -1).join(' ') : words.join(' ')); // zones may take several lines, with commas
      if (opens) blocks.push({ head: `${heads.join(' ')} {`, zones: zonesOf(heads.join(' ')), plugins: [] });
      if (opens) heads = [];
    } else if (depth === 1 && words[0] !== '}') {
      const [name = '', ...rest] = opens ? words.slice(0, -1) : words;
      body = [];
      blocks.at(-1)?.plugins.push({ name, words: rest, body });
    } else if (words[0] !== '}') {
      body.push(words);
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
  const wanted = name.toLowerCase();
  return zone === '' || wanted === zone || wanted.endsWith(`.${zone}`);
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
