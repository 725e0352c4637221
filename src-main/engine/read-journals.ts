import { createReadStream } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { arch, platform, release } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { rolloutVerbSchema, timedEventSchema, type TimedEvent } from '../contract/events.ts';
import type { JournalSummary, SupportBundle } from '../contract/journals.ts';
import { readLabText } from '../lab/read-lab-file.ts';
import { KnownHosts } from '../machines/known-hosts.ts';
import { Redactor } from '../rollout/redactor.ts';
import { version } from '../version.ts';
import { writeAtomically } from '../write-atomically.ts';
import { knownHostsFile } from './home.ts';
import { isAbsent } from '../is-absent.ts';
import { namesIn } from '../names-in.ts';
import { noSuchJournal } from './refusals.ts';

/** Rollouts whose journals are looked at: what is older interests nobody. */
const NEWEST = 30;
/** Events, and characters of output, in one piece: a window draws its log anew for each. */
const MOST_EVENTS = 4096;
const MOST_OUTPUT = 1_000_000;

/** The earlier rollouts of a lab, the newest first. */
export async function listJournals(folder: string): Promise<JournalSummary[]> {
  return Promise.all((await newest(folder, NEWEST)).map((rollout) => summarize(folder, rollout)));
}

/** The events of one journal; a last line that a crash cut off is left out. @throws Refused when there is none */
export async function* readJournal(
  folder: string,
  rollout: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<TimedEvent[], void, undefined> {
  const file = join(folder, `${rollout}.jsonl`);
  await access(file).catch((error: unknown) => {
    throw isAbsent(error) ? noSuchJournal(rollout) : error;
  });
  let [batch, output]: [TimedEvent[], number] = [[], 0];
  for await (const event of events(file)) {
    if (signal?.aborted) return;
    batch.push(event);
    if (event.event === 'change-output') output += event.text.length;
    if (batch.length < MOST_EVENTS && output < MOST_OUTPUT) continue;
    yield batch;
    [batch, output] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/** How long each stage took when a rollout last did it whole. Milliseconds. */
export async function stageDurations(folder: string): Promise<ReadonlyMap<string, number>> {
  const durations = new Map<string, number>();
  for (const rollout of (await newest(folder, NEWEST)).reverse()) {
    for await (const event of events(join(folder, `${rollout}.jsonl`), '"stage-finished"')) {
      if (event.event === 'stage-finished' && event.status === 'done' && event.changes > 0) {
        durations.set(event.stage, event.duration);
      }
    }
  }
  return durations;
}

/** Writes what a helper needs into Hoplab's folder: versions, the lab file, the newest journals, all without secrets. */
export async function writeSupportBundle(
  home: string,
  lab?: { readonly file: string | null; readonly journals: string | undefined },
): Promise<SupportBundle> {
  const redactor = new Redactor();
  const journals = lab?.journals;
  const rollouts = journals === undefined ? [] : await newest(journals, 5);
  const content = {
    hoplab: version,
    made: new Date().toISOString(),
    system: { platform: platform(), release: release(), arch: arch(), node: process.version },
    labFile: lab?.file ? await readLabText(lab.file).catch(() => '') : null, // it may be another file by now
    knownHosts: (await new KnownHosts(knownHostsFile(home)).list()).map(({ type, fingerprint, host }) => {
      return { host, type, fingerprint };
    }),
    journals: await Promise.all(
      rollouts.map(async (name) => ({
        name,
        lines: (await readFile(join(journals ?? '', `${name}.jsonl`), 'utf8')).split('\n'),
      })),
    ),
  };
  const file = join(home, 'support', `hoplab-support-${content.made.replaceAll(/[:.]/g, '-')}.json`);
  await writeAtomically(file, JSON.stringify(redactor.value(content), undefined, 1));
  return { file, size: (await stat(file)).size };
}

async function newest(folder: string, count: number): Promise<string[]> {
  const names = await namesIn(folder); // no folder: no rollout yet
  const journals = names.filter((name) => name.endsWith('.jsonl')).map((name) => name.slice(0, -'.jsonl'.length));
  return journals.sort().reverse().slice(0, count);
}

async function summarize(folder: string, rollout: string): Promise<JournalSummary> {
  const verb = rolloutVerbSchema.options.find((one) => rollout.endsWith(`-${one}`));
  const summary = { rollout, verb: verb ?? 'up', started: '', status: 'cut-off' as const, changes: 0, duration: null };
  let found: JournalSummary = summary;
  for await (const event of events(join(folder, `${rollout}.jsonl`), '"rollout-')) {
    if (event.event === 'rollout-started') found = { ...found, started: event.time, verb: event.verb };
    if (event.event === 'rollout-finished') {
      const { status, changes, duration } = event;
      found = { ...found, status, changes, duration };
    }
  }
  return found;
}

/** The events of a journal, or only those whose line has a word in it. */
async function* events(file: string, word = ''): AsyncGenerator<TimedEvent, void, undefined> {
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });
  for await (const line of lines) {
    if (line === '' || !line.includes(word)) continue;
    const event = timedEventSchema.safeParse(plain(line));
    if (event.success) yield event.data;
  }
}

function plain(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // cut off by a crash: no event
  }
}
