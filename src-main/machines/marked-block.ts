const BEGIN = '# Hoplab begin';
const END = '# Hoplab end';

/** A text with Hoplab's lines in a marked block at its end; everything outside the block stays as it is. */
export function withBlock(text: string, lines: readonly string[]): string {
  const rest = withoutBlock(text);
  return `${rest}${rest === '' || rest.endsWith('\n') ? '' : '\n'}${[BEGIN, ...lines, END, ''].join('\n')}`;
}

/** The text without Hoplab's block. A beginning whose end somebody deleted swallows nothing behind it. */
export function withoutBlock(text: string): string {
  return text.replace(new RegExp(`${BEGIN}\\n(?:(?!${BEGIN}).*\\n)*?${END}\\n?`, 'g'), '');
}
