import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WatchReader, watchCommand, type WatchEvent } from '../../../src-main/cluster/watch.ts';
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

  it('goes on after a torn object', () => {
    const torn = 'pods|{\npods|    "type": "ADD\npods|}\n';
    expect(read([torn, printed('pods', 'ADDED', pod)]).map(inWords)).toEqual([
      `pods changed ${pod?.metadata.name ?? ''}`,
    ]);
  });

  it('is one command for all kinds', () => {
    expect(watchCommand().split('\n')).toHaveLength(9);
    expect(watchCommand()).toContain('get pods -A --watch --output-watch-events -o json');
  });
});
