import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WatchReader } from '../../../src-main/cluster/watch.ts';
import { ClusterStore } from '../../../src-main/engine/cluster-store.ts';

const told = { machine: 'k8s-master', command: 'kubectl get pods -A --watch', time: '2026-11-25T00:00:00.000Z' };

let store: ClusterStore;
let reader: WatchReader;
beforeEach(() => {
  vi.useFakeTimers();
  store = new ClusterStore(() => undefined);
  reader = new WatchReader((event) => store.watched(event, told));
});
afterEach(() => {
  store.end();
  vi.useRealTimers();
});

/** As kubectl prints it: over many lines. */
function says(type: string, name: string): void {
  const object = { metadata: { namespace: 'prod', name }, spec: { nodeName: 'k8s-worker1' }, status: {} };
  reader.add(JSON.stringify({ type, object }, undefined, 4).replaceAll(/^/gm, 'pods|') + '\n');
}

function pods(): readonly string[] | undefined {
  return store.readings().pods?.value.map(({ name }) => name);
}

describe('the objects of a cluster, as its watch tells them', () => {
  it('knows nothing until the watch has said something, and then that there is nothing', () => {
    reader.add('pods<\n');
    expect(pods()).toBeUndefined();
    vi.advanceTimersByTime(2000);
    expect(pods()).toEqual([]);
  });

  it('keeps what there was while a watch starts anew, and forgets what it does not tell again', () => {
    reader.add('pods<\n');
    for (const name of ['one', 'two', 'three']) says('ADDED', name);
    reader.add('pods>\npods<\n');
    says('ADDED', 'one');
    says('ADDED', 'four');
    expect(pods()).toEqual(['one', 'two', 'three', 'four']);
    vi.advanceTimersByTime(2000);
    expect(pods()).toEqual(['one', 'four']);
  });

  it('forgets nothing while a long list is still being told', () => {
    const names = Array.from({ length: 10 }, (_, number) => `pod-${number}`);
    reader.add('pods<\n');
    for (const name of names) says('ADDED', name);
    reader.add('pods>\npods<\n');
    for (const name of names) {
      vi.advanceTimersByTime(1000);
      says('ADDED', name);
      expect(pods()).toEqual(names);
    }
  });

  it('forgets nothing when a watch ends before it has told everything', () => {
    reader.add('pods<\n');
    for (const name of ['one', 'two']) says('ADDED', name);
    reader.add('pods>\npods<\n');
    says('ADDED', 'one');
    reader.add('pods|The connection to the server 192.168.2.10:6443 was refused\npods>\n');
    vi.advanceTimersByTime(5000);
    expect(pods()).toEqual(['one', 'two']);
    expect(store.sources.find(({ id }) => id === 'cluster/pods')).toMatchObject({ state: 'unreadable' });
  });

  it('forgets nothing when kubectl is no longer found, and knows of nothing where it never was', () => {
    reader.add('pods<\npods|sh: 3: kubectl: not found\npods>\n');
    expect(pods()).toEqual([]);
    reader.add('pods<\n');
    says('ADDED', 'one');
    reader.add('pods>\npods<\npods|sudo: kubectl: command not found\npods>\n');
    expect(pods()).toEqual(['one']);
    expect(store.readings().pods?.source).toMatchObject({ state: 'unreadable' });
  });

  it('a deletion is a deletion, also while a watch starts', () => {
    reader.add('pods<\n');
    says('ADDED', 'one');
    says('DELETED', 'one');
    expect(pods()).toEqual([]);
  });

  it('marks nothing as old when a watch that complained at its beginning ends as watches do', () => {
    reader.add('pods<\npods|Warning: v1 ComponentStatus is deprecated in v1.19+\n');
    says('ADDED', 'one');
    reader.add('pods>\n');
    expect(store.sources.find(({ id }) => id === 'cluster/pods')).toMatchObject({ state: 'ok' });
  });

  const state = () => store.sources.find(({ id }) => id === 'cluster/pods');

  it('is not all there is after an event that is not understood, until everything is told anew', () => {
    reader.add('pods<\n');
    says('ADDED', 'one');
    reader.add('pods|{"type":"ADDED","object":{"metada\n');
    expect(state()).toMatchObject({ state: 'unreadable' });
    expect(state()?.problem).toMatch(/^k8s-master returned unexpected output for `kubectl get pods/);
    says('ADDED', 'two');
    vi.advanceTimersByTime(2000);
    expect(state()).toMatchObject({ state: 'unreadable' });
    expect(pods()).toEqual(['one', 'two']);
    reader.add('pods>\npods<\n');
    says('ADDED', 'one');
    vi.advanceTimersByTime(2000);
    expect(state()).toMatchObject({ state: 'ok', problem: '' });
    expect(pods()).toEqual(['one']);
  });

  it('keeps an object as it was when it becomes something that is not understood, and says which one', () => {
    const strange = { metadata: { namespace: 'prod', name: 'one' }, spec: { nodeName: 'w1; reboot' }, status: {} };
    reader.add('pods<\n');
    for (const name of ['one', 'two']) says('ADDED', name);
    reader.add(`pods|${JSON.stringify({ type: 'MODIFIED', object: strange })}\n`);
    says('ADDED', 'three');
    expect(pods()).toEqual(['one', 'two', 'three']);
    expect(state()).toMatchObject({ state: 'unreadable' });
    expect(state()?.problem).toContain('prod/one: spec.nodeName: no name of an object');
    says('DELETED', 'one');
    expect(state()).toMatchObject({ state: 'ok' });
    expect(pods()).toEqual(['two', 'three']);
  });
});
