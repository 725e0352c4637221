import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LabFileError } from '../../src-main/lab/lab-file-error.ts';
import { readLabFile } from '../../src-main/lab/read-lab-file.ts';
import { labText } from './example.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hoplab-lab-file-'));
  await mkdir(join(folder, 'bundle'));
  await writeFile(join(folder, 'bundle', 'index.json'), '{}');
  await writeFile(join(folder, 'key'), 'private');
});

afterAll(() => rm(folder, { recursive: true }));

async function problem(path: string): Promise<string> {
  const error = await readLabFile(path).catch((thrown: unknown) => thrown);
  if (!(error instanceof LabFileError)) throw new Error('no LabFileError', { cause: error });
  expect(error.file).toBe(path);
  return error.message;
}

async function written(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('reading a lab file', () => {
  it('returns the lab', async () => {
    const path = await written('lab.yaml', labText({ 6: 'ssh: { user: lab, key: key }' }));
    const lab = await readLabFile(path);
    expect([lab.file, lab.source]).toEqual([path, { bundle: join(folder, 'bundle') }]);
  });

  it('throws all problems in one error', async () => {
    const path = await written('two.yaml', labText({ 1: 'lab: A', 6: 'ssh: { user: lab, key: none }' }));
    const lines = (await problem(path)).split('\n');
    expect(lines.map((line) => line.slice(path.length, path.length + 10))).toEqual([':1:6 lab: ', ':6:24 ssh.']);
  });

  it('says so when there is no file', async () => {
    const path = join(folder, 'none.yaml');
    expect(await problem(path)).toBe(`${path}: There is no such file. Write one with: hoplab init`);
    expect(await problem(join(folder, 'key', 'lab.yaml'))).toContain('There is no such file.');
    expect(await problem(join(folder, 'x'.repeat(5000)))).toContain('There is no such file.');
  });

  it('says so when it is a folder, a device or a pipe', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const path of [folder, '/dev/zero', pipe]) {
      expect(await problem(path)).toBe(`${path}: This is not a regular file. Give the path of a lab file.`);
    }
  });

  it('says so when it is not UTF-8', async () => {
    const path = await written('sjis.yaml', Uint8Array.of(0x6c, 0x61, 0x62, 0x3a, 0x20, 0x83, 0x89, 0x83, 0x7b));
    expect(await problem(path)).toBe(`${path}: The file is not UTF-8 text. Save it as UTF-8.`);
  });

  it('says so when it is huge', async () => {
    const path = await written('huge.yaml', 'a'.repeat(300_000));
    expect(await problem(path)).toContain('The file is larger than 128 KiB, too large for a lab file.');
  });
});
