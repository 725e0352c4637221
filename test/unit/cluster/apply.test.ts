import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '../../../src-main/bundle/bundle.ts';
import { apply, deleteApplied, hasApplied } from '../../../src-main/cluster/apply.ts';
import { labelled, labelledDefinition, type KubernetesObject } from '../../../src-main/cluster/manifest.ts';
import type { ShellCommand } from '../../../src-main/machines/command.ts';
import { openLocalMachine } from '../../../src-main/machines/local/local-machine.ts';
import { changesOf } from '../../../src-main/plan/plan.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf, type Replies } from '../table-machine.ts';
import { DEFINITION_COLUMNS, definitionRow, labelTable } from './label-table.ts';

const lab = labOf(labText());
const sentence = { en: 'Apply', ja: '適用' };
const machine = openLocalMachine({ name: 'client' });
let bundle: Bundle;
beforeAll(async () => void ({ bundle } = await exampleBundle()));
afterAll(() => machine.close());

const service: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'a', namespace: 'b' },
  spec: { ports: [{ port: 80 }] },
};
const context = (replies: Replies) => contextOf({ lab, bundle, replies });
const holding = (objects: readonly KubernetesObject[]) =>
  context((command) =>
    command.includes(' get namespaces,') ? { stdout: JSON.stringify({ items: objects }) } : undefined,
  );

describe('applying', () => {
  it('is one change of server-side apply on the control plane, with the labels of belonging', async () => {
    const [change, ...rest] = changesOf(
      await apply(
        context(() => undefined),
        { stage: 'metallb', sentence, objects: [service] },
      ),
    );
    expect(rest).toEqual([]);
    expect(change).toMatchObject({ machine: 'k8s-master', sentence });
    expect(change?.command).toContain('apply --server-side');
    expect(change?.input).toEqual({ content: JSON.stringify(labelled(service, 'metallb')) });
  });

  it('is nothing when the cluster has it, with whatever the API server adds', async () => {
    const found = labelled(service, 'metallb');
    const metadata = { ...found.metadata, uid: '1', resourceVersion: '5' };
    const plan = await apply(holding([{ ...found, metadata, status: { loadBalancer: {} } }]), {
      stage: 'metallb',
      sentence,
      objects: [service],
    });
    expect(changesOf(plan)).toEqual([]);
  });

  it('is only of what differs', async () => {
    const other = { ...service, metadata: { ...service.metadata, name: 'other' } };
    const plan = await apply(holding([labelled(service, 'metallb')]), {
      stage: 'metallb',
      sentence,
      objects: [service, other],
    });
    expect(changesOf(plan)[0]?.input).toEqual({ content: JSON.stringify(labelled(other, 'metallb')) });
  });

  it('is done again when somebody has changed the object', async () => {
    const found = { ...labelled(service, 'metallb'), spec: { ports: [{ port: 81 }] } };
    expect(changesOf(await apply(holding([found]), { stage: 'metallb', sentence, objects: [service] }))).toHaveLength(
      1,
    );
  });

  it('is of a definition only when its hash is another', async () => {
    const manifest = await bundle.manifest('ngf-crds');
    const [first, second] = manifest.definitions;
    const replies: Replies = (command) =>
      command.includes(' get crd ')
        ? {
            stdout: labelTable(DEFINITION_COLUMNS, [
              definitionRow(first?.name ?? '', 'gateway', first?.hash ?? ''),
              definitionRow(second?.name ?? '', 'gateway', 'old'),
            ]),
          }
        : undefined;
    const plan = await apply(context(replies), { stage: 'gateway', sentence, manifest });
    expect(changesOf(plan).map(({ input }) => input)).toEqual([
      { content: second && labelledDefinition(second, 'gateway') },
    ]);
  });
});

describe('whether a stage has anything in the cluster', () => {
  it('is told by its label', async () => {
    const found = holding([labelled(service, 'metallb')]);
    expect(await hasApplied(found, 'metallb')).toBe(true);
    expect(await hasApplied(found, 'gateway')).toBe(false);
  });

  // rolled out ahead after control-plane: `undo metallb` then leaves MetalLB's definitions in the cluster
  it('counts definitions', async () => {
    const replies: Replies = (command) =>
      command.includes(' get crd ')
        ? { stdout: labelTable(DEFINITION_COLUMNS, [definitionRow('ipaddresspools.metallb.io', 'metallb', '0123')]) }
        : undefined;
    expect(await hasApplied(context(replies), 'metallb')).toBe(true);
  });
});

describe('deleting what a stage applied', () => {
  /** Runs the command with a kubectl that notes how it was called. */
  async function calls(kinds: readonly string[], known: string): Promise<{ exitCode: number; noted: string[] }> {
    const folder = await tempFolder();
    mkdirSync(join(folder, 'bin'));
    const fake = [
      '#!/bin/sh',
      `if [ "$1" = api-resources ]; then printf %s '${known}'; [ -n '${known}' ]; exit; fi`,
      `for word; do printf '[%s]' "$word"; done >> ${folder}/noted; echo >> ${folder}/noted`,
      '[ "$2" != broken ]',
    ].join('\n');
    writeFileSync(join(folder, 'bin', 'kubectl'), fake, { mode: 0o755 });
    writeFileSync(join(folder, 'noted'), '');
    const { command } = deleteApplied(
      context(() => undefined),
      'metallb',
      kinds,
      sentence,
    );
    const { exitCode } = await machine.run(`PATH=${folder}/bin:$PATH; ${command}` as ShellCommand, { accept: 'any' });
    return { exitCode, noted: readFileSync(join(folder, 'noted'), 'utf8').trim().split('\n') };
  }

  it('deletes kind by kind, in order, by the label', async () => {
    const { exitCode, noted } = await calls(['pools.metallb.io', 'namespaces'], 'namespaces\npools.metallb.io\n');
    expect(exitCode).toBe(0);
    const rest = '[-A][-l][hoplab.dev/stage=metallb][--ignore-not-found][--timeout=120s]';
    expect(noted).toEqual([`[delete][pools.metallb.io]${rest}`, `[delete][namespaces]${rest}`]);
  });

  it('passes over kinds that are not defined', async () => {
    const { exitCode, noted } = await calls(['pools.metallb.io', 'namespaces'], 'namespaces\n');
    expect(exitCode).toBe(0);
    expect(noted).toHaveLength(1);
  });

  it('stops at the first that fails, and when the API server does not answer', async () => {
    expect(await calls(['broken', 'namespaces'], 'broken\nnamespaces\n')).toMatchObject({
      exitCode: 1,
      noted: { length: 1 },
    });
    expect(await calls(['namespaces'], '')).toEqual({ exitCode: 1, noted: [''] });
  });
});
