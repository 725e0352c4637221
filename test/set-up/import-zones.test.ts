import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bin, root } from './built.ts';

/** Each imports the other; the linter has to refuse it, or not. */
const refused = [
  ['contract/events.ts', 'lab/lab.ts'],
  ['lab/lab.ts', 'machines/machine.ts'],
  ['facts/system.ts', 'machines/ssh/ssh-machine.ts'],
  ['stages/prepare.ts', 'machines/local/local-machine.ts'],
  ['machines/machine.ts', 'rollout/plan.ts'],
  ['rollout/plan.ts', 'cli/print.ts'],
  ['rollout/run.ts', 'cli.ts'],
  ['serve.ts', 'cli/serve.ts'],
  ['rollout/end.ts', 'engine/engine.ts'],
  ['topology/graph.ts', 'stages/metallb.ts'],
  ['cluster/apply.ts', 'stages/stage.ts'],
  ['checks/vip-answers.ts', 'stages/gateway-objects.ts'],
  ['downloads/fetch.ts', 'lab/lab.ts'],
  ['engine/open.ts', 'app/glue.ts'],
  ['engine/close.ts', 'browser/page.ts'],
  ['rollout/undo.ts', 'electron'],
] as const;
const allowed = [
  ['lab/parse.ts', 'contract/text.ts'],
  ['lab/versions.ts', 'bundle/catalogue.ts'],
  ['downloads/store.ts', 'bundle/blobs.ts'],
  ['facts/images.ts', 'machines/upload.ts'],
  ['machines/ssh/ssh-pool.ts', 'machines/errors.ts'],
  ['cli/up.ts', 'cli/show.ts'],
  ['cli/serve.ts', 'serve.ts'],
  ['desktop.ts', 'engine/engine.ts'],
  ['desktop.ts', 'cli/run.ts'],
  ['topology/pods.ts', 'facts/links.ts'],
  ['app/window.ts', 'electron'],
] as const;

const project = mkdtempSync(join(tmpdir(), 'hoplab-zones-'));
let findings: { filePath: string; messages: { ruleId: string }[] }[];

beforeAll(() => {
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
  for (const name of ['eslint.config.mjs', 'tsconfig.json', 'package.json']) {
    copyFileSync(join(root, name), join(project, name));
  }
  for (const [, to] of [...refused, ...allowed]) if (to !== 'electron') write(to, 'export const it = 1;\n');
  for (const [from, to] of [...refused, ...allowed]) {
    write(from, `export { it as that } from '${to === 'electron' ? to : join(project, 'src-main', to)}';\n`);
  }
  const { stdout, stderr } = spawnSync(bin('eslint'), ['--format', 'json', 'src-main'], {
    cwd: project,
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  findings = JSON.parse(stdout) as typeof findings;
}, 60_000);

afterAll(() => {
  rmSync(project, { recursive: true });
});

test.each(refused)('%s may not import %s', (from) => {
  expect(rulesAgainst(from)).toContainEqual(expect.stringMatching(/restricted-(paths|imports)$/));
});

test.each(allowed)('%s may import %s', (from) => {
  expect(rulesAgainst(from)).toEqual([]);
});

function rulesAgainst(file: string): string[] {
  const of = findings.find(({ filePath }) => filePath.endsWith(join('src-main', file)));
  if (!of) throw new Error(`${file} was not linted`);
  return of.messages.map(({ ruleId }) => ruleId);
}

function write(file: string, text: string): void {
  const path = join(project, 'src-main', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
