import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { WatchReader, watchCommand, type WatchEvent } from '../../../src-main/cluster/watch.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { hasProgram } from '../has-program.ts';
import { thisComputer } from '../this-computer.ts';
import { sample } from '../topology/sampled-lab.ts';

const [pod, other] = (JSON.parse(sample('k-pods.json')) as { items: { metadata: { name: string } }[] }).items;

/** As `kubectl get --watch --output-watch-events -o json` prints it, each line with its kind. */
function printed(kind: string, type: string, object: unknown): string {
  return JSON.stringify({ type, object }, undefined, 4).replaceAll(/^/gm, `${kind}|`) + '\n';
}

function read(pieces: readonly string[]): WatchEvent[] {
  const events: WatchEvent[] = [];
  const reader = new WatchReader((event) => events.push(event));
  for (const piece of pieces) reader.add(piece);
  return events;
}

const stream = [
  'pods<\n',
  'gateways<\n',
  printed('pods', 'ADDED', pod),
  'gateways|error: the server doesn\'t have a resource type "gateways"\n',
  printed('pods', 'MODIFIED', other),
  'gateways>\n',
  printed('pods', 'DELETED', pod),
  printed('pods', 'BOOKMARK', { metadata: { name: 'none' } }),
  'pods>\n',
].join('');

const told = [
  'pods started',
  'gateways started',
  `pods changed ${pod?.metadata.name ?? ''}`,
  `pods changed ${other?.metadata.name ?? ''}`,
  'gateways ended error: the server doesn\'t have a resource type "gateways"',
  `pods deleted ${pod?.metadata.name ?? ''}`,
  'pods ended',
];

function inWords(event: WatchEvent): string {
  const rest = 'object' in event ? event.object.metadata.name : 'problem' in event ? event.problem : '';
  return `${event.kind} ${event.event} ${rest}`.trim();
}

describe('a watch of the cluster', () => {
  it('tells changes, deletions, beginnings and ends', () => {
    expect(read([stream]).map(inWords)).toEqual(told);
  });

  it('reads the same from any pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 20 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const pieces = places.slice(1).map((end, index) => stream.slice(places[index], end));
        expect(read(pieces).map(inWords)).toEqual(told);
      }),
    );
  });

  it('says so and goes on after a torn object', () => {
    const torn = 'pods|{\npods|    "type": "ADD\npods|}\n';
    const events = read([torn, printed('pods', 'ADDED', pod)]);
    expect(events.map(({ event }) => event)).toEqual(['not-understood', 'changed']);
    expect(events.slice(1).map(inWords)).toEqual([`pods changed ${pod?.metadata.name ?? ''}`]);
  });

  it('an error event is no object: kubectl ends after it, and starts anew with everything', () => {
    const gone = { kind: 'Status', apiVersion: 'v1', metadata: {}, code: 410, reason: 'Expired' };
    const expired = [printed('pods', 'ERROR', gone), 'pods>\n', 'pods<\n', printed('pods', 'ADDED', pod)];
    expect(read(expired).map(inWords)).toEqual([
      'pods ended',
      'pods started',
      `pods changed ${pod?.metadata.name ?? ''}`,
    ]);
  });

  it('reads events that are one line each, in pieces', () => {
    const line = JSON.stringify({ type: 'ADDED', object: pod });
    const pieces = [
      `pods+${line.slice(0, 3000)}\n`,
      `services|{"type":"ADDED","object":{"metadata":{"name":"one"}}}\n`,
    ];
    expect(read([...pieces, `pods|${line.slice(3000)}\n`]).map(inWords)).toEqual([
      'services changed one',
      `pods changed ${pod?.metadata.name ?? ''}`,
    ]);
  });

  it.skipIf(!hasProgram('perl', '-v'))(
    'mixes nothing, however much all kinds tell at once',
    { timeout: 30_000 },
    async () => {
      const folder = await tempFolder();
      const script = `#!/bin/sh
kind=$(echo "$*" | sed 's/.* get \\([a-z0-9]*\\).*/\\1/')
i=0; while [ $i -lt 100 ]; do i=$((i + 1))
printf '{"type":"ADDED","object":{"metadata":{"name":"%s-%s"},"long":"%09000d"}}\\n' "$kind" $i $i; done; sleep 60`;
      writeFileSync(join(folder, 'kubectl'), script, { mode: 0o755 });
      vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
      const names = new Set<string>();
      const stop = new AbortController();
      const reader = new WatchReader((event) => {
        if (event.event === 'changed') names.add(event.object.metadata.name);
        if (names.size === 800) stop.abort();
      });
      const options = { keepOutput: false, timeout: 20_000, signal: stop.signal };
      const onOutput = ({ text }: { text: string }) => reader.add(text);
      await thisComputer('here')
        .run(watchCommand(), { ...options, onOutput })
        .catch(() => undefined); // it was stopped
      vi.unstubAllEnvs();
      expect(names.size).toBe(800);
    },
  );

  it('reads an event of megabytes, in whatever pieces it comes', () => {
    const large = { metadata: { name: 'large' }, text: 'x'.repeat(3 << 20) };
    const line = `pods|${JSON.stringify({ type: 'ADDED', object: large })}\n`;
    expect(read(line.match(/.{1,5000}\n?/gs) ?? []).map(inWords)).toEqual(['pods changed large']);
    const pieces = JSON.stringify({ type: 'ADDED', object: large }).match(/.{1,3000}/g) ?? [];
    const cut = [...pieces.slice(0, -1).map((piece) => `pods+${piece}\n`), `pods|${pieces.at(-1) ?? ''}\n`];
    expect(read(cut).map(inWords)).toEqual(['pods changed large']);
  });

  const megabyte = 'x'.repeat(1 << 20);
  it.each([
    ['a line without an end', megabyte, /a line is larger than 4 MiB/],
    ['pieces of a line without an end', `pods+${megabyte}\n`, /an event of pods is larger than 4 MiB/],
    ['an object without an end', `pods|{\n${`pods|${'y'.repeat(1000)}\n`.repeat(1049)}`, /an event of pods is larger/],
  ])('ends at %s', (_, text, message) => {
    const reader = new WatchReader(() => undefined);
    reader.add('pods<\n');
    expect(() => {
      for (let index = 0; index < 6; index += 1) reader.add(text);
    }).toThrow(message);
  });

  it('goes on for as long as it runs: only what belongs to one event counts', () => {
    const event = `pods|${JSON.stringify({ type: 'ADDED', object: { metadata: { name: 'a' }, text: megabyte } })}\n`;
    expect(read(Array.from({ length: 20 }, () => event))).toHaveLength(20);
  });

  it('is one command for all kinds', () => {
    expect(watchCommand().split('\n')).toHaveLength(10);
    expect(watchCommand()).toContain('get pods -A --watch --output-watch-events -o json');
  });
});
