import { chownSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeLabFile } from '../../../src-main/engine/write-lab-file.ts';
import { writeAtomically } from '../../../src-main/write-atomically.ts';
import { tempFolder } from '../../machines/temp-folder.ts';

const modeOf = (file: string) => statSync(file).mode & 0o777;

it('a file is written whole, with its folder, for its owner alone or with the permissions that are given', async () => {
  const file = join(await tempFolder(), 'deep', 'in', 'file');
  await writeAtomically(file, 'one');
  expect([readFileSync(file, 'utf8'), modeOf(file)]).toEqual(['one', 0o600]);
  await writeAtomically(file, 'two', 0o666);
  expect([readFileSync(file, 'utf8'), modeOf(file)]).toEqual(['two', 0o666]);
  expect(readdirSync(join(file, '..'))).toEqual(['file']);
});

it('what cannot be written leaves nothing behind', async () => {
  const folder = await tempFolder();
  mkdirSync(join(folder, 'file', 'in the way'), { recursive: true });
  await expect(writeAtomically(join(folder, 'file'), 'one')).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(['file']);
});

it('a lab file that is replaced keeps its permissions and the link that leads to it', async () => {
  const folder = await tempFolder();
  const [file, link] = [join(folder, 'lab.yaml'), join(folder, 'link.yaml')];
  writeFileSync(file, 'old', { mode: 0o640 });
  symlinkSync(file, link);
  const nodes = [{ address: '192.168.2.10' }, { address: '192.168.2.11' }];
  await writeLabFile({ nodes, user: 'lab' }, link, { replace: true, labs: [] });
  expect(readFileSync(file, 'utf8')).toContain('192.168.2.11');
  expect(modeOf(file)).toBe(0o640);
  expect(readdirSync(folder).sort()).toEqual(['lab.yaml', 'link.yaml']);
});

it('a file that root replaces stays its owner’s', async ({ skip }) => {
  skip(process.getuid?.() !== 0, 'only root can give a file to another user');
  const file = join(await tempFolder(), 'lab.yaml');
  const ownerOf = () => [statSync(file).uid, statSync(file).gid];
  writeFileSync(file, 'old');
  chownSync(file, 65_534, 65_533);
  await writeAtomically(file, 'new', 0o640);
  expect([readFileSync(file, 'utf8'), modeOf(file), ownerOf()]).toEqual(['new', 0o640, [65_534, 65_533]]);
  const nodes = [{ address: '192.168.2.10' }, { address: '192.168.2.11' }];
  await writeLabFile({ nodes, user: 'lab' }, file, { replace: true, labs: [] });
  expect([modeOf(file), ownerOf()]).toEqual([0o640, [65_534, 65_533]]);
});
