/** Seconds over which the rate is taken. */
const WINDOW = 5;

/** How much of a set is there, and how fast the rest comes. */
export class DownloadMeter {
  readonly #total: number;
  readonly #now: () => number;
  readonly #have = new Map<string, number>();
  /** When how many bytes had been received in all. Milliseconds; the oldest first. */
  readonly #samples: { at: number; received: number }[] = [];
  #bytes = 0;
  #received = 0;

  /** @param now milliseconds */
  constructor(total: number, now: () => number = () => performance.now()) {
    this.#total = total;
    this.#now = now;
    this.#samples.push({ at: now(), received: 0 });
  }

  /** Bytes of one that were there before anything was received. */
  found(id: string, have: number): void {
    this.#bytes += have - (this.#have.get(id) ?? 0);
    this.#have.set(id, have);
  }

  /** Bytes of one that are there now; less than before where it begins anew. */
  has(id: string, have: number): void {
    this.#received += Math.max(0, have - (this.#have.get(id) ?? 0));
    this.found(id, have);
  }

  /** Rate in bytes a second over the last seconds; remaining time in seconds, where anything comes. */
  read(): { bytes: number; total: number; rate: number; remaining?: number } {
    const at = this.#now();
    this.#samples.push({ at, received: this.#received });
    while ((this.#samples[1]?.at ?? at) < at - WINDOW * 1000) this.#samples.shift();
    const [oldest] = this.#samples;
    const seconds = (at - (oldest?.at ?? at)) / 1000;
    const rate = seconds > 0 ? (this.#received - (oldest?.received ?? 0)) / seconds : 0;
    const left = this.#total - this.#bytes;
    const progress = { bytes: this.#bytes, total: this.#total, rate };
    return rate > 0 || left === 0 ? { ...progress, remaining: left === 0 ? 0 : left / rate } : progress;
  }
}
