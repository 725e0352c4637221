import { mapStrings } from '../map-strings.ts';

const MARK = '[redacted]';

/** What looks like a secret. Each pattern is linear: its repetitions are bounded, or begin where nothing before could begin. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // bootstrap tokens of kubeadm
  [/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g, MARK],
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, MARK],
  [/(--(?:certificate-key|token|password|oauth2-bearer)[= ])[^\s'"]{4,}/g, `$1${MARK}`],
  // YAML and JSON, also JSON inside JSON
  [
    /((?:client-key-data|(?<![a-z])(?:(?:access|refresh|id|auth)[-_]?)?token|secretkey|certificateKey|passw(?:or)?d|passphrase|api[-_]?key|client[-_]?secret)\\?["']?:\s{0,4}\\?["']?)[^\s"'\\,}]{8,}/gi,
    `$1${MARK}`,
  ],
  // JSON Web Tokens
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, MARK],
  [/(\bBearer\s{1,4})[\w.~+/=-]{16,}/gi, `$1${MARK}`],
  [/(\b(?:proxy-)?authorization\\?["']?:\s{0,4}\\?["']?)[^\s"'\\][^\r\n"'\\]*/gi, `$1${MARK}`],
  [/(\b(?:set-)?cookie\\?["']?:\s{0,4}\\?["']?)[^\s"'\\][^\r\n"'\\]*/gi, `$1${MARK}`],
  // http://user:password@host
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/@:"']{0,256}:)[^\s/@"']{1,256}(?=@)/gi, `$1${MARK}`],
];

/** Takes secrets out of everything that is written or shown: those it was told, and what looks like one. Every door has one. */
export class Redactor {
  readonly #secrets = new Set<string>();

  /** Adds a secret, as it is and as a shell or JSON would spell it. */
  add(secret: string): void {
    if (secret.length < 4) return;
    this.#secrets.add(secret);
    this.#secrets.add(JSON.stringify(secret).slice(1, -1));
    this.#secrets.add(secret.replaceAll("'", `'\\''`));
  }

  text(text: string): string {
    let clean = text;
    const longestFirst = [...this.#secrets].sort((a, b) => b.length - a.length);
    for (const secret of longestFirst) clean = clean.replaceAll(secret, MARK);
    for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
    return clean;
  }

  /** Redacts every string in a value of plain data. */
  value<Value>(value: Value): Value {
    return mapStrings(value, (text) => this.text(text));
  }
}
