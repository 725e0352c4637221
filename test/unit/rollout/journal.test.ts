import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { timedEventSchema, type TimedEvent } from '../../../src-main/contract/events.ts';
import { Journal } from '../../../src-main/rollout/journal.ts';
import { tempFolder } from '../../machines/temp-folder.ts';

const time = '2026-11-23T12:00:00.000Z';
const output: TimedEvent = { time, event: 'change-output', change: 'a-1', stream: 'stdout', text: 'é "x"\n\u2028日本' };

describe('a journal', () => {
  it('has each event as a line as soon as it is written', async () => {
    const journal = new Journal(join(await tempFolder(), 'new', 'folder'), '2026-up');
    const read = () => readFileSync(journal.file, 'utf8');
    for (let count = 1; count <= 3; count += 1) {
      journal.write(output);
      expect(read()).toMatch(/\n$/);
      expect(read().trimEnd().split('\n')).toHaveLength(count);
    }
    for (const line of read().trimEnd().split('\n')) expect(timedEventSchema.parse(JSON.parse(line))).toEqual(output);
    journal.close();
  });

  it('is for its owner only', async () => {
    const folder = join(await tempFolder(), 'journal');
    const journal = new Journal(folder, '2026-up');
    expect(statSync(journal.file).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    journal.close();
  });

  it('goes on where one of the same name ended', async () => {
    const folder = await tempFolder();
    for (const journal of [new Journal(folder, 'a'), new Journal(folder, 'a')]) {
      journal.write(output);
      journal.close();
    }
    expect(readFileSync(join(folder, 'a.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(2);
  });

  it('has of downloads the first progress, the last, and one in five seconds', async () => {
    const journal = new Journal(await tempFolder(), '2026-up');
    const at = (ms: number): string => new Date(Date.parse(time) + ms).toISOString();
    const shape = { total: 100_000, rate: 1, current: [] };
    const progress = (ms: number): TimedEvent => ({ time: at(ms), event: 'download-progress', bytes: ms, ...shape });
    const during = (from: number, to: number): void => {
      for (let ms = from; ms <= to; ms += 250) journal.write(progress(ms));
    };
    during(0, 12_000);
    journal.write({ ...output, time: at(12_000) });
    during(12_250, 13_000);
    journal.write({ time: at(13_000), event: 'download-finished', bytes: 13_000, duration: 13_000 });
    during(13_250, 13_750);
    journal.write(progress(-3_600_000)); // the clock was set back
    during(-3_599_750, -3_599_500);
    journal.write({
      time: at(-3_599_500),
      event: 'stage-finished',
      stage: 's',
      status: 'failed',
      changes: 0,
      duration: 1,
    });
    const lines = readFileSync(journal.file, 'utf8').trimEnd().split('\n');
    const kept = lines.map((line) => timedEventSchema.parse(JSON.parse(line)));
    expect(kept.map((event) => (event.event === 'download-progress' ? event.bytes : event.event))).toEqual([
      ...[0, 5000, 10_000, 'change-output', 13_000, 'download-finished'],
      ...[13_250, -3_600_000, -3_599_500, 'stage-finished'],
    ]);
    journal.close();
  });
});
