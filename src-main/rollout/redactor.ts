const PATTERNS: readonly RegExp[] = [
  // bootstrap tokens of kubeadm
  /\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(?<=--certificate-key[= ])[0-9a-f]{64}/g,
  /(?<=(?:client-key-data|token|secretkey):\s*)[A-Za-z0-9+/=._-]{16,}/g,
];

const MARK = '[redacted]';

/** Takes secrets out of everything that is written or shown: those it was told, and what looks like one. */
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
    for (const pattern of PATTERNS) clean = clean.replace(pattern, MARK);
    return clean;
  }

  /** Redacts every string in a value of plain data. */
  value<Value>(value: Value): Value {
    if (typeof value === 'string') return this.text(value) as Value;
    if (Array.isArray(value)) return value.map((item: unknown) => this.value(item)) as Value;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.value(item as unknown)])) as Value;
  }
}
