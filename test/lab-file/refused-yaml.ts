/** Texts that are not readable as a lab file at all: what is wrong, the text, and what is said. */
export const refusedYaml: readonly (readonly [name: string, text: string, problems: readonly string[]])[] = [
  ['an empty file', '', [' The file is empty. Write one with: hoplab init']],
  ['a file of comments', '# lab: x\n\n', [' The file is empty. Write one with: hoplab init']],
  [
    'a list',
    '- lab: x\n',
    [
      '1:1: A lab file is a mapping of keys (lab, nodes, ssh, …) to values; this is something else. Write one with: hoplab init',
    ],
  ],
  [
    'plain text',
    'hello\n',
    [
      '1:1: A lab file is a mapping of keys (lab, nodes, ssh, …) to values; this is something else. Write one with: hoplab init',
    ],
  ],
  [
    'a tab as indentation',
    'ssh:\n\tuser: lab\n',
    ['2:1: This line is indented with a tab, which YAML does not allow. Indent with spaces.'],
  ],
  [
    'an unclosed quote',
    'lab: "shortener\nnodes: []\n',
    ['3:1: Something is missing here: a quote, bracket, comma or colon. Close what was opened before this place.'],
  ],
  [
    'an unclosed brace',
    'ssh: { user: lab\nlab: x\n',
    [
      '2:1: This line is not indented like the lines it belongs with. Indent the keys of one mapping by the same number of spaces, and close every { and [.',
    ],
  ],
  [
    'two keys on one line',
    'lab: a: b\n',
    [
      '1:6: There are two "key: value" on one line. Break the line, use { key: value }, or put a value that contains ": " into quotes.',
    ],
  ],
  [
    'lines that are not indented alike',
    'ssh:\n   user: lab\n  port: 22\n',
    [
      '3:1: This line is not indented like the lines it belongs with. Indent the keys of one mapping by the same number of spaces, and close every { and [.',
    ],
  ],
  [
    'a value that begins with a reserved character',
    'lab: @home\n',
    ['1:6: A plain value cannot begin with this character. Put the value into quotes.'],
  ],
  [
    'an unknown escape',
    'lab: "a\\qb"\n',
    ['1:8: YAML does not know this backslash escape. Use single quotes, or write \\\\ for a backslash.'],
  ],
  [
    'a tag',
    'lab: !secret x\n',
    ['1:6: A lab file has no YAML tags or directives (!name, %NAME). Remove it, or put the value into quotes.'],
  ],
  [
    'a directive',
    '%FOO bar\n---\nlab: x\n',
    ['1:1: A lab file has no YAML tags or directives (!name, %NAME). Remove it, or put the value into quotes.'],
  ],
  [
    'a key that is a list',
    '? [a]\n: b\n',
    ['1:3: This cannot be a key. Write a short word as the key, followed by a colon.'],
  ],
  [
    'two documents',
    'lab: x\n---\nlab: y\n',
    ['2:1: A second YAML document begins here, but a lab file is one. Keep each lab in a file of its own.'],
  ],
  [
    'an alias without an anchor',
    'lab: *name\n',
    [
      '1:6: This alias names an anchor (&name) that does not come before it. Write the value itself, or define the anchor above.',
    ],
  ],
  [
    'several mistakes on several lines',
    'lab: @a\nssh: `b`\n',
    [
      '1:6: A plain value cannot begin with this character. Put the value into quotes.',
      '2:6: A plain value cannot begin with this character. Put the value into quotes.',
    ],
  ],
];
