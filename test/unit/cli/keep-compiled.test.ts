import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../../machines/temp-folder.ts';
import { hoplabInPipe } from './pipe.ts';

it("what Node has compiled is kept in Hoplab's own folder, for which none is made", async () => {
  const home = join(await tempFolder(), 'home');
  const help = () => hoplabInPipe(['--help'], { HOPLAB_HOME: home, NODE_COMPILE_CACHE: '' });
  const first = await help();
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(existsSync(home)).toBe(false);
  mkdirSync(home, { mode: 0o700 });
  expect(await help()).toEqual(first);
  expect(readdirSync(home)).toEqual(['compiled']);
  expect(await help()).toEqual(first);
});
