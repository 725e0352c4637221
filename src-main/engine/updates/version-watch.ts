import { join } from 'node:path';
import { gt } from 'semver';
import { z } from 'zod';
import { textSchema } from '../../contract/text.ts';
import type { Updates } from '../../contract/updates.ts';
import { DownloadError } from '../../downloads/download-error.ts';
import { networkSettings } from '../../downloads/network-settings.ts';
import { webClient } from '../../downloads/web-client.ts';
import { version } from '../../version.ts';
import { JsonFile } from '../json-file.ts';
import type { SystemProxy } from '../lab-access.ts';
import { lookFailure } from './look-failures.ts';
import { API, newestRelease } from './newest-release.ts';
import { projectPage, releaseNotes } from './project-page.ts';

/** Milliseconds. */
const DAY = 86_400_000;
/** Milliseconds that a look may take as a whole. */
const PATIENCE = 60_000;
/** Seconds. */
const LIMITS = { connect: 15, silence: 15 };

const keptSchema = z.object({
  looked: z.iso.datetime().nullable(),
  failure: textSchema.nullable(),
  newest: z.object({ version: z.string(), tag: z.string() }).nullable(),
  dismissed: z.string().nullable().describe('A version'),
});

export interface WatchOptions {
  /** Hoplab's folder. */
  readonly home: string;
  /** Whether the user wants it. */
  readonly isOn: () => Promise<boolean>;
  readonly systemProxy?: SystemProxy;
  /** Default: the project's. */
  readonly page?: string | undefined;
  /** Default: this Hoplab's. */
  readonly current?: string;
  readonly now?: () => number;
}

/** Looks for new versions, at most once a day by itself, and only where the user turned it on. Downloads and installs nothing. */
export class VersionWatch {
  readonly #options: WatchOptions;
  readonly #page: string | undefined;
  readonly #current: string;
  readonly #now: () => number;
  readonly #kept: JsonFile<typeof keptSchema>;
  readonly #closing = new AbortController();
  #looking: Promise<void> | undefined;

  constructor(options: WatchOptions) {
    const { home, current = version, now = Date.now } = options;
    this.#options = options;
    this.#page = 'page' in options ? options.page : projectPage();
    this.#current = current;
    this.#now = now;
    const empty = { looked: null, failure: null, newest: null, dismissed: null };
    this.#kept = new JsonFile(join(home, 'updates.json'), keptSchema, empty);
  }

  /** What was found out before: asks nobody. */
  async read(): Promise<Updates> {
    const page = this.#page ?? null;
    const [on, { looked, failure, newest, dismissed }] = await Promise.all([this.#options.isOn(), this.#kept.read()]);
    const since = looked === null ? Infinity : this.#now() - Date.parse(looked);
    const newer = page !== null && newest && gt(newest.version, this.#current) ? newest : undefined;
    return {
      ...{ on, page, host: API, looked, failure },
      due: on && page !== null && (since >= DAY || since < 0), // a clock that was set back must not keep it from looking
      newest: newer ? { version: newer.version, notes: releaseNotes(page ?? '', newer.tag) } : null,
      dismissed: newer?.version === dismissed,
    };
  }

  /** Looks, where it is due, or on and wanted now. */
  async look(wanted: boolean): Promise<Updates> {
    const { on, page, due } = await this.read();
    if (on && page !== null && (due || wanted)) {
      this.#looking ??= this.#look(page).finally(() => (this.#looking = undefined));
      await this.#looking;
    }
    return this.read();
  }

  /** The window does not show this version again. */
  async dismiss(dismissed: string): Promise<Updates> {
    await this.#kept.change((kept) => ({ ...kept, dismissed }));
    return this.read();
  }

  /** Ends a look. */
  close(): void {
    this.#closing.abort();
  }

  async #look(page: string): Promise<void> {
    try {
      const newest = (await this.#ask(page)) ?? null;
      await this.#kept.change((kept) => ({ ...kept, looked: this.#time(), failure: null, newest }));
    } catch (error) {
      if (this.#closing.signal.aborted) return; // nothing was found out: the next start looks
      const failure = lookFailure(error);
      if (!failure) throw error;
      await this.#kept.change((kept) => ({ ...kept, looked: this.#time(), failure }));
    }
  }

  async #ask(page: string) {
    const web = webClient({ ...(await networkSettings({})), systemProxy: this.#options.systemProxy }, LIMITS);
    const stop = new AbortController();
    const late = new DownloadError('timeout', page, { en: 'too slow', ja: '遅すぎます' });
    const limit = setTimeout(() => stop.abort(late), PATIENCE);
    const close = (): void => stop.abort(this.#closing.signal.reason);
    this.#closing.signal.addEventListener('abort', close);
    try {
      return await newestRelease(page, this.#current, web, stop.signal);
    } finally {
      clearTimeout(limit);
      this.#closing.signal.removeEventListener('abort', close);
      await web.close();
    }
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}
