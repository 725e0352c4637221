import { readFile, writeFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bundleLineSchema } from '../../../src-main/contract/bundles.ts';
import { findingSchema } from '../../../src-main/contract/doctor.ts';
import { componentSchema } from '../../../src-main/contract/components.ts';
import {
  aliasLineSchema,
  awayLineSchema,
  downloadsLineSchema,
  errorLineSchema,
  kubeconfigLineSchema,
  nodesAddedLineSchema,
  planLineSchema,
  statusLineSchema,
} from '../../../src-main/contract/lines.ts';
import { journalSummarySchema } from '../../../src-main/contract/journals.ts';
import { pathSummarySchema } from '../../../src-main/contract/kept-paths.ts';
import { pathSchema, spreadSchema } from '../../../src-main/contract/path.ts';
import { serviceRulesSchema } from '../../../src-main/contract/service-rules.ts';
import { loopbackLab } from '../cli/loopback-lab.ts';
import { hoplabInPipe } from '../cli/pipe.ts';

const file = new URL('../../../resources/lines.schema.json', import.meta.url);

function linesJsonSchema(): Record<string, unknown> {
  const lines = z.union([
    downloadsLineSchema,
    planLineSchema,
    statusLineSchema,
    awayLineSchema,
    aliasLineSchema,
    pathSchema,
    spreadSchema,
    serviceRulesSchema,
    pathSummarySchema,
    journalSummarySchema,
    componentSchema,
    bundleLineSchema,
    kubeconfigLineSchema,
    nodesAddedLineSchema,
    findingSchema,
    errorLineSchema,
  ]);
  const { $schema, ...rest } = z.toJSONSchema(lines, { io: 'input', target: 'draft-2020-12' });
  return {
    $schema,
    title:
      'A line of `hoplab --json init`, `plan`, `status`, `trace`, `paths`, `rules`, `journals`, `components`, `bundle`, `cache`, `kubeconfig` or `doctor`, or an error',
    ...rest,
  };
}

const accepts = new Ajv2020({ strict: true, strictTypes: false }).compile(linesJsonSchema());
const text = { en: 'x', ja: 'あ' };

describe('the published JSON Schema of the other lines', () => {
  it('is the one of the contract (UPDATE=1 writes it)', async () => {
    const generated = await format(JSON.stringify(linesJsonSchema()), { parser: 'json', printWidth: 120 });
    if (process.env['UPDATE'] === '1') await writeFile(file, generated);
    expect(await readFile(file, 'utf8')).toBe(generated);
  });

  it.each([
    { event: 'downloads', hosts: [{ host: 'files.example.com', files: 2, bytes: 9 }], bytes: 9, cached: 0 },
    { stage: 's', machine: 'a', sentence: text, command: 'x' },
    { stage: 's', done: false, changes: 3 },
    { event: 'context-removed', files: [], revoked: true },
    { event: 'ssh-config', machine: 'a', address: '192.168.2.10', alias: 'cp', skipped: [text] },
    { machine: 'a', problem: { title: text, detail: '', remedy: text } },
    { requests: 2, unanswered: 0, shares: [] },
    { service: 'a/b', node: 'cp', now: null, modes: [] },
    { event: 'error', exitCode: 2, title: text },
  ])('accepts %j, and not without a field', (line) => {
    expect([accepts(line), accepts.errors]).toEqual([true, null]);
    for (const field of Object.keys(line)) {
      expect(accepts(Object.fromEntries(Object.entries(line).filter(([name]) => name !== field)))).toBe(false);
    }
  });
});

describe('with --json an error is a line on stderr:', { timeout: 60_000 }, () => {
  const lines = (stderr: string) =>
    stderr
      .trim()
      .split('\n')
      .map((line) => errorLineSchema.parse(JSON.parse(line)));

  it('a lab file that is missing, with its place', async () => {
    const { code, stdout, stderr } = await hoplabInPipe(['--json', '-f', '/none/lab.yaml', 'status'], {});
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(lines(stderr)).toMatchObject([{ exitCode: 2, place: { file: '/none/lab.yaml', line: 0, key: '' } }]);
  });

  it('a stage that there is not', async () => {
    const { code, stderr } = await hoplabInPipe(['--json', 'up', '--to', 'nowhere'], {});
    expect(code).toBe(2);
    expect(lines(stderr)[0]?.title.en).toContain('nowhere');
  });

  it('a machine that is not let in, with its remedy', async () => {
    const { env } = await loopbackLab();
    const { code, stdout, stderr } = await hoplabInPipe(['--json', 'plan'], { ...env, HOPLAB_PASSWORD: 'any' });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(lines(stderr)).toHaveLength(1);
    expect(lines(stderr)[0]?.remedy?.en).toContain('hoplab trust');
    expect(accepts(lines(stderr)[0])).toBe(true);
  });
});
