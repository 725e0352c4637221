import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ShellCommand } from '../../../src-main/machines/command.ts';
import { changesOf } from '../../../src-main/plan/plan.ts';
import { metallb } from '../../../src-main/stages/metallb.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { bare } from '../bare-machine.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf } from '../table-machine.ts';
import { thisComputer } from '../this-computer.ts';

const machine = thisComputer('k8s-master');
afterAll(() => machine.close());

describe('the pool of MetalLB', () => {
  it('is given again until the webhook answers, and what it says meanwhile is seen', async () => {
    const { bundle } = await exampleBundle();
    const changes = changesOf(await metallb.decide(contextOf({ lab: labOf(labText()), bundle, replies: bare })));
    const { command } = changes.find(({ sentence }) => sentence.en.includes('the pool')) ?? {};
    const folder = await tempFolder();
    mkdirSync(join(folder, 'bin'));
    const fake = [
      '#!/bin/sh',
      `echo >> ${folder}/tries`,
      'for file; do :; done',
      `if [ $(wc -l < ${folder}/tries) -lt 3 ]; then echo 'failed calling webhook "x"' >&2; exit 1; fi`,
      `cat "$file" > ${folder}/applied`,
    ];
    writeFileSync(join(folder, 'bin', 'kubectl'), `${fake.join('\n')}\n`, { mode: 0o755 });
    const told: string[] = [];
    const run = `PATH=${folder}/bin:$PATH; ${command ?? 'false'}` as ShellCommand;
    const { exitCode } = await machine.run(run, { input: 'a pool', onOutput: ({ text }) => told.push(text) });
    expect(exitCode).toBe(0);
    expect(told.join('')).toBe('failed calling webhook "x"\n'.repeat(2));
    expect(readFileSync(join(folder, 'applied'), 'utf8')).toBe('a pool');
  });
});
