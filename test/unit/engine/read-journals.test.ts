import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readJournal } from '../../../src-main/engine/read-journals.ts';
import { tempFolder } from '../../machines/temp-folder.ts';

async function piecesOf(outputs: readonly string[]): Promise<number[]> {
  const folder = await tempFolder();
  const time = '2026-01-01T00:00:00.000Z';
  const events = outputs.map((text) => ({ time, event: 'change-output', change: '1', stream: 'stdout', text }));
  writeFileSync(join(folder, 'run.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const pieces: number[] = [];
  for await (const piece of readJournal(folder, 'run', undefined)) pieces.push(piece.length);
  return pieces;
}

it('passes a long journal on in few pieces', async () => {
  expect(await piecesOf(Array.from({ length: 10_000 }, () => 'a line\n'))).toEqual([4096, 4096, 1808]);
});

it('passes large outputs on in small pieces', async () => {
  expect(await piecesOf(Array.from({ length: 5 }, () => 'x'.repeat(400_000)))).toEqual([3, 2]);
});
