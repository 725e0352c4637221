import type { PathFile, PathFormat } from '../contract/kept-paths.ts';
import type { Path } from '../contract/path.ts';
import { shownJson } from '../contract/shown.ts';
import type { Language } from '../contract/text.ts';
import { pathMarkdown } from './markdown.ts';
import { pathSvg } from './svg.ts';

const KINDS: Readonly<Record<PathFormat, { extension: string; type: string }>> = {
  markdown: { extension: 'md', type: 'text/markdown' },
  json: { extension: 'json', type: 'application/json' },
  svg: { extension: 'svg', type: 'image/svg+xml' },
};

/** A path as a file for a document. */
export function exportPath(path: Path, format: PathFormat, language: Language): PathFile {
  const { extension, type } = KINDS[format];
  return { name: `path-${nameOf(path)}.${extension}`, type, text: pathText(path, format, language) };
}

/** A path as Markdown, JSON or SVG. JSON has every text in both languages. */
export function pathText(path: Path, format: PathFormat, language: Language): string {
  switch (format) {
    case 'markdown':
      return pathMarkdown(path, language);
    case 'json':
      return `${shownJson(path, 2)}\n`;
    case 'svg':
      return pathSvg(path, language);
  }
}

function nameOf({ target, time }: Path): string {
  const plain = target
    .replace(/^https?:\/\//, '')
    .replaceAll(/[^\w.]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return `${plain.slice(0, 60)}-${time.slice(0, 19).replaceAll(/[-:]/g, '')}`;
}
