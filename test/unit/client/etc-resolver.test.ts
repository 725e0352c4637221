import { mkdirSync, readFileSync, statSync, existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ResolverZone } from '../../../src-main/client/client.ts';
import { macosClient } from '../../../src-main/client/macos/macos-client.ts';
import type { Machine } from '../../../src-main/machines/machine.ts';
import { changesOf, type Plan } from '../../../src-main/plan/plan.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { thisComputer } from '../this-computer.ts';

const machine = thisComputer('client');
afterAll(() => machine.close());

const zone: ResolverZone = { zone: 'k8s.local', address: '192.168.2.10', port: 30053 };
const ours = '# Written by Hoplab\nnameserver 192.168.2.10\nport 30053\ntimeout 2\n';
const theirs = '# mine\nnameserver 10.0.0.1\n';
let root: string;
let file: string;
beforeEach(async () => {
  root = await tempFolder();
  file = join(root, 'etc/resolver/k8s.local');
});

const resolver = () => macosClient(root).resolver;
const decide = (wanted = zone) => resolver().decide(machine, wanted);
const undo = () => resolver().undo(machine, zone);

/** Makes a plan, and tells how many changes it had. */
async function make(plan: Plan): Promise<number> {
  const changes = changesOf(plan);
  for (const { command, input } of changes) {
    const { content } = (typeof input === 'function' ? await input() : input) ?? {};
    await machine.run(command, content === undefined ? {} : { input: content });
  }
  return changes.length;
}

function write(content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content, { mode: 0o600 });
}

describe("a Mac's resolver", () => {
  it('learns the zone by a file of its name, which everybody may read', async () => {
    expect(await make(await decide())).toBe(1);
    expect(readFileSync(file, 'utf8')).toBe(ours);
    expect(statSync(file).mode & 0o777).toBe(0o644);
  });

  it('asks for root only where something is changed', async () => {
    const asked: (boolean | undefined)[] = [];
    const noting: Machine = {
      name: machine.name,
      where: machine.where,
      run: (command, options) => {
        asked.push(options?.sudo);
        return machine.run(command, options);
      },
      openShell: () => machine.openShell(),
      close: () => machine.close(),
    };
    expect(changesOf(await resolver().decide(noting, zone))).toHaveLength(1);
    await make(await decide());
    expect(changesOf(await resolver().undo(noting, zone))).toHaveLength(1);
    expect(asked).toEqual([false, false]);
  });

  it('needs no change when the file is there', async () => {
    await make(await decide());
    expect(await make(await decide())).toBe(0);
  });

  it('is told again when the lab has moved', async () => {
    await make(await decide());
    expect(await make(await decide({ ...zone, address: '192.168.2.9' }))).toBe(1);
    expect(readFileSync(file, 'utf8')).toContain('nameserver 192.168.2.9\n');
  });

  it('forgets the zone, and twice is harmless', async () => {
    await make(await decide());
    expect(await make(await undo())).toBe(1);
    expect(existsSync(file)).toBe(false);
    expect(await make(await undo())).toBe(0);
  });

  it("gets the user's own file back, as it was, also after several changes", async () => {
    write(theirs);
    await make(await decide());
    expect(readFileSync(file, 'utf8')).toBe(ours);
    await make(await decide({ ...zone, port: 30054 }));
    await make(await undo());
    expect(readFileSync(file, 'utf8')).toBe(theirs);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  // undo takes any file of that name for Hoplab's own and, with nothing kept, deletes it
  it("leaves the user's own file alone when it is undone twice", async () => {
    write(theirs);
    await make(await decide());
    await make(await undo());
    await make(await undo());
    expect(existsSync(file)).toBe(true);
  });

  it("leaves the user's own file alone when there is nothing of Hoplab", async () => {
    write(theirs);
    await make(await undo());
    expect(existsSync(file)).toBe(true);
  });
});
