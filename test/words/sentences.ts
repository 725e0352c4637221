import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../set-up/built.ts';

/** A piece of text that a user may read, and where it stands: `FILE:LINE`. */
export interface Sentence {
  readonly place: string;
  readonly text: string;
}

/** Every string and template of a source, and every line of a document; comments, names and code are none. */
export function sentencesOf(file: string, source: string): readonly Sentence[] {
  if (file.endsWith('.md')) return source.split('\n').map((text, index) => ({ place: `${file}:${index + 1}`, text }));
  const tree = ts.createSourceFile(file, file.endsWith('.vue') ? scriptOf(source) : source, ts.ScriptTarget.Latest);
  const found: Sentence[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
      found.push({ place: `${file}:${line + 1}`, text: node.text });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** The script of a Vue file, on its lines. Its template has no sentences: they are in texts/, in both languages. */
function scriptOf(source: string): string {
  const [head = '', script = ''] = source.split(/<script[^>]*>|<\/script>/);
  return head.replaceAll(/[^\n]/g, '') + script;
}

/** Everything a user may read: the sources' strings, README and docs. */
export function allSentences(): readonly Sentence[] {
  const files = globSync(['src-main/**/*.ts', 'src-renderer/**/*.{ts,vue}', 'README.md', 'docs/*.md'], { cwd: root });
  return files.flatMap((file) => sentencesOf(file, readFileSync(join(root, file), 'utf8')));
}
