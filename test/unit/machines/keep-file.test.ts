import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { embed, sh } from '../../../src-main/machines/command.ts';
import { keptPath, putBack, writeKeeping } from '../../../src-main/machines/keep-file.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { thisComputer } from '../this-computer.ts';

const machine = thisComputer('k8s-master');
afterAll(() => machine.close());

const PATH = '/etc/containerd/config.toml';
let root: string;
let file: string;
beforeEach(async () => {
  root = await tempFolder();
  file = join(root, PATH);
});

const write = (input: string) => machine.run(writeKeeping(PATH, root), { input });
const back = () => machine.run(putBack(PATH, root));
const text = () => readFileSync(file, 'utf8');

function place(content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

describe('a file that Hoplab writes', () => {
  it("does not take an earlier one of Hoplab for the user's", async () => {
    await write('# Written by Hoplab\none\n');
    await write('# Written by Hoplab: other words\ntwo\n');
    expect(text()).toContain('two');
    expect(existsSync(keptPath(PATH, root))).toBe(false);
    await back();
    expect(existsSync(file)).toBe(false);
  });

  it('is read by everybody, and so is its folder, whatever the umask is: the resolver of a client is not root', async () => {
    await machine.run(sh`umask 077; ${embed(writeKeeping(PATH, root))}`, { input: '# Written by Hoplab\none\n' });
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o755);
  });

  it("keeps the user's own, and puts it back", async () => {
    place('mine\n');
    await write('# Written by Hoplab\none\n');
    await write('# Written by Hoplab\ntwo\n');
    await back();
    expect(text()).toBe('mine\n');
  });

  it("is the only one that is removed: the user's own stays where Hoplab wrote none", async () => {
    place('mine\n');
    await back();
    expect(text()).toBe('mine\n');
  });
});
