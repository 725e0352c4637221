import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathSchema, type Hop, type Path } from '../../../src-main/contract/path.ts';
import { verbatim } from '../../../src-main/contract/text.ts';
import { exportPath, pathText } from '../../../src-main/path-export/export-path.ts';
import { observedPath, stoppedPath } from '../../sample-paths/sample-paths.ts';

describe('a path as Markdown', () => {
  it('lists the hops of each leg with what they change, their branches and their evidence', () => {
    const text = pathText(observedPath(), 'markdown', 'en');
    expect(text).toMatch(/^# `http:\/\/url-shortener\.staging\.k8s\.local\/hostname`\n/);
    expect(text.match(/^## .*/gm)).toEqual(['## Name lookup', '## Request', '## Return path', '## Result']);
    expect(text).toContain('`Destination IP: 192.168.2.200 → 10.244.2.7`');
    expect(text).toMatch(/→ 33\.3 %  10\.244\.1\.3:8080/);
    expect(text).toContain('k8s-worker2 $ ');
  });

  it('tells what is not known apart from the notes', () => {
    const path = { ...observedPath(), unknown: [verbatim('routes')], notes: [verbatim('a proxy')] };
    expect(pathText(path, 'markdown', 'en')).toMatch(
      /## Not known on this path\n\n- routes\n\n## Notes on this path\n\n- a proxy\n$/,
    );
    expect(pathText(path, 'svg', 'en')).toMatch(/>\? routes<[\s\S]*>! a proxy</);
  });

  it('says in Japanese where it stopped, why, and what to do', () => {
    const text = pathText(stoppedPath(), 'markdown', 'ja');
    expect(text).toContain('VXLAN の遮断: k8s-worker2 は');
    expect(text).toContain('ノード間の UDP 8472 を許可してください。');
  });

  it('no line of evidence ends its fence', () => {
    const path = observedPath();
    path.legs[0]?.hops[0]?.evidence.push({ machine: 'client', command: 'cat', lines: ['```', '# no heading'] });
    const text = pathText(path, 'markdown', 'en');
    expect(text).toMatch(/\n {3}````text\n {3}client \$ cat\n {3}```\n {3}# no heading\n {3}````\n/);
  });
});

describe('a path as JSON', () => {
  it('is the path', () => {
    const path = stoppedPath();
    expect(pathSchema.parse(JSON.parse(pathText(path, 'json', 'en')))).toEqual(path);
  });
});

describe('a path as SVG', () => {
  it.each(['en', 'ja'] as const)('is a drawing on white with its words as text (%s)', (language) => {
    const path = observedPath();
    const text = pathText(path, 'svg', language);
    const hops = path.legs.flatMap((leg) => leg.hops);
    expect(text.match(/<circle /g)).toHaveLength(hops.length);
    expect(text).toContain('fill="#ffffff"/>');
    for (const { machine, place } of hops) expect(text).toContain(`>${machine} · ${place.name}</text>`);
  });

  it('keeps everything inside and what is written escaped', () => {
    const path = { ...stoppedPath(), target: 'http://host/?a=1&b=<2>' };
    const text = pathText(path, 'svg', 'en');
    expect(text).toContain('http://host/?a=1&amp;b=&lt;2&gt;');
    expect(text).toContain('VXLAN is blocked: k8s-worker2 sent');
    const height = Number(/ height="(\d+)"/.exec(text)?.[1]);
    const lowest = Math.max(...[...text.matchAll(/ y="(\d+)"/g)].map(([, y]) => Number(y)));
    expect(lowest).toBeLessThan(height);
  });
});

/** The sample with these words wherever a machine, or who made the file, may have put some. */
function saying(words: string): Path {
  const path = stoppedPath();
  const text = { en: words, ja: words };
  const [leg] = path.legs;
  const [hop] = leg?.hops ?? [];
  if (!leg || !hop) throw new Error('a path has hops');
  const said: Hop = {
    ...hop,
    machine: words,
    place: { ...hop.place, name: words },
    sentence: text,
    basis: { kind: 'predicted', reason: text },
    before: { ...hop.before, host: null, name: null },
    after: { ...hop.after, host: words, name: words },
    branches: [{ endpoint: words, pod: words, node: words, probability: 1, taken: true }],
    evidence: [{ machine: words, command: words, lines: [words, words] }],
  };
  return {
    ...path,
    target: words,
    recorded: words,
    legs: [{ ...leg, hops: [said] }],
    end: { status: 'unknown', sentence: text },
    differences: [{ what: text, predicted: text, observed: text, explanation: text }],
    unknown: [text],
    notes: [text],
  };
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      '`',
      '\n',
      '\r',
      '<',
      '>',
      '&',
      '"',
      '<img src=x>',
      '# ',
      '~~~',
      ' ',
      ']]>',
      '\ud800',
      '\uffff',
      '\u0000',
      '\u001b[2J',
      '\u202e',
    ),
  }),
);

describe('words that mean something to what shows them', () => {
  it('stay words in Markdown: no element, heading or fence of theirs', () => {
    const text = pathText(saying('`` ``` `<img src=x onerror=alert(1)>\n# heading\n~~~\n</code>'), 'markdown', 'en');
    // what is neither fenced nor between backticks
    const rest = text
      .replaceAll(/^ *(`{3,})text\n[\s\S]*?^ *\1$/gm, '')
      .replaceAll(/(?<![`\\])(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
    expect(rest).not.toMatch(/(?<!\\)[<`]/);
    expect(rest).not.toMatch(/^ *# heading/m);
  });

  it('no text leaves the fence of its hop', () => {
    const lines = pathText(saying('a\nb'), 'markdown', 'en').split('\n');
    expect(lines.filter((line) => line.startsWith('b'))).toEqual([]);
  });

  it('a drawing is well-formed XML, whatever they are', () => {
    fc.assert(
      fc.property(hostile, (words) => {
        const svg = pathText(saying(words), 'svg', 'en');
        expect(svg.replaceAll(/<\/?(?:svg|title|rect|text|circle|path)(?: [\w-]+="[^"<&]*")*\/?>/g, '')).not.toMatch(
          /[<>]|&(?!(?:amp|lt|gt|quot);)/,
        );
        expect(svg).toMatch(/^[\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
        expect(svg).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}]/u);
      }),
      { numRuns: 200 },
    );
  });

  it('in every kind of document no control character is left, and JSON says the same', () => {
    fc.assert(
      fc.property(hostile, (words) => {
        const path = saying(words);
        for (const format of ['markdown', 'json', 'svg'] as const) {
          expect(pathText(path, format, 'ja')).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}]/u);
        }
        expect(JSON.parse(pathText(path, 'json', 'ja'))).toEqual(JSON.parse(JSON.stringify(path)));
      }),
      { numRuns: 50 },
    );
  });
});

it('a file is named after the target and the time', () => {
  expect(exportPath(observedPath(), 'svg', 'en')).toMatchObject({
    name: expect.stringMatching(/^path-url-shortener\.staging\.k8s\.local-hostname-20261125T\d{6}\.svg$/) as string,
    type: 'image/svg+xml',
  });
});
