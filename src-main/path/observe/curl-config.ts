/** An option of curl, and its value where it takes one. */
export type CurlOption = readonly [name: string, value?: string];

/**
 * Options as curl reads them with `--config -`: on standard input, where no list of processes shows them. The only quoting function
 * for it; the format is that of curl(1), -K.
 */
export function curlConfig(options: readonly CurlOption[]): string {
  return options.map(([name, value]) => (value === undefined ? `${name}\n` : `${name} = ${quoted(value)}\n`)).join('');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\v': '\\v',
};

function quoted(value: string): string {
  if (value.includes('\0')) throw new TypeError('a value for curl cannot hold a NUL byte');
  return `"${value.replaceAll(/["\\\t\n\r\v]/g, (character) => ESCAPES[character] ?? character)}"`;
}
