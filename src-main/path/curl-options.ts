import { parseArgs } from 'node:util';

const text = { type: 'string', multiple: true } as const;
const flag = { type: 'boolean', multiple: true } as const;

/** What shapes the request. */
const FOLLOWED = {
  header: { ...text, short: 'H' },
  request: { ...text, short: 'X' },
  head: { ...flag, short: 'I' },
  get: { ...flag, short: 'G' },
  data: { ...text, short: 'd' },
  'data-ascii': text,
  'data-binary': text,
  'data-raw': text,
  json: text,
  cookie: { ...text, short: 'b' },
  user: { ...text, short: 'u' },
  'oauth2-bearer': text,
  'user-agent': { ...text, short: 'A' },
  referer: { ...text, short: 'e' },
  compressed: flag,
  resolve: text,
  insecure: { ...flag, short: 'k' },
  cacert: text,
  url: text,
} as const;

/** What is about curl's own output and patience: Hoplab has its own. */
const NOT_NEEDED = {
  silent: { ...flag, short: 's' },
  'show-error': { ...flag, short: 'S' },
  verbose: { ...flag, short: 'v' },
  include: { ...flag, short: 'i' },
  fail: { ...flag, short: 'f' },
  ipv4: { ...flag, short: '4' },
  globoff: { ...flag, short: 'g' },
  disable: { ...flag, short: 'q' },
  'no-buffer': { ...flag, short: 'N' },
  'http1.1': flag,
  noproxy: text,
  output: { ...text, short: 'o' },
  'dump-header': { ...text, short: 'D' },
  'write-out': { ...text, short: 'w' },
  'max-time': { ...text, short: 'm' },
  'connect-timeout': text,
} as const;

/** What would make it another request, or more than one: it is passed over, and that is said. */
const PASSED_OVER = {
  location: { ...flag, short: 'L' },
  'location-trusted': flag,
  'max-redirs': text,
  retry: text,
  http2: flag,
  'http2-prior-knowledge': flag,
  http3: flag,
} as const;

export type Followed = keyof typeof FOLLOWED;

/** One word of curl's command line, or an option with its value. */
export type CurlWord =
  | { readonly kind: 'url'; readonly value: string }
  | {
      /** The option as it was spelled: `-H`, `--header`. */
      readonly spelled: string;
      readonly name: string;
      readonly kind: 'followed' | 'not-needed' | 'passed-over';
      /** Undefined: the option takes none. */
      readonly value: string | undefined;
    }
  /** An option that Hoplab does not know, or one without its value. */
  | { readonly kind: 'unknown' | 'incomplete'; readonly spelled: string };

const OPTIONS = { ...FOLLOWED, ...NOT_NEEDED, ...PASSED_OVER };

export const followedOptions = Object.keys(FOLLOWED).map((name) => `--${name}`);

/** What the words after `curl` mean, in their order. */
export function readOptions(args: readonly string[]): readonly CurlWord[] {
  const { tokens } = parseArgs({ args, options: OPTIONS, allowPositionals: true, strict: false, tokens: true });
  return tokens.flatMap((token): CurlWord[] => {
    if (token.kind === 'option-terminator') return [];
    if (token.kind === 'positional') return [{ kind: 'url', value: token.value }];
    const { name, rawName: spelled, value } = token;
    if (!Object.hasOwn(OPTIONS, name)) return [{ kind: 'unknown', spelled }];
    const takesValue = OPTIONS[name as keyof typeof OPTIONS].type === 'string';
    if (takesValue !== (value !== undefined)) return [{ kind: 'incomplete', spelled }];
    return [{ kind: kindOf(name), name, spelled, value }];
  });
}

function kindOf(name: string): 'followed' | 'not-needed' | 'passed-over' {
  if (Object.hasOwn(FOLLOWED, name)) return 'followed';
  return Object.hasOwn(NOT_NEEDED, name) ? 'not-needed' : 'passed-over';
}
