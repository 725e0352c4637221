import { describe, expect, it } from 'vitest';
import { pathSchema } from '../../../src-main/contract/path.ts';
import { exportPath, pathText } from '../../../src-main/path-export/export-path.ts';
import { observedPath, stoppedPath } from '../../sample-paths/sample-paths.ts';

describe('a path as Markdown', () => {
  it('lists the hops of each leg with what they change, their branches and their evidence', () => {
    const text = pathText(observedPath(), 'markdown', 'en');
    expect(text).toMatch(/^# `http:\/\/url-shortener\.staging\.k8s\.local\/hostname`\n/);
    expect(text.match(/^## .*/gm)).toEqual(['## Name lookup', '## Request', '## Way back', '## How it ends']);
    expect(text).toContain('`Destination IP: 192.168.2.200 → 10.244.2.7`');
    expect(text).toMatch(/→ 33\.3 %  10\.244\.1\.3:8080/);
    expect(text).toContain('k8s-worker2 $ ');
  });

  it('says in Japanese where it stopped, why, and what to do', () => {
    const text = pathText(stoppedPath(), 'markdown', 'ja');
    expect(text).toContain('VXLAN の遮断: k8s-worker2 は');
    expect(text).toContain('ノード間の UDP 8472 を許可してください。');
  });

  it('no line of evidence ends its fence', () => {
    const path = observedPath();
    path.legs[0]?.hops[0]?.evidence.push({ machine: 'client', command: 'cat', lines: ['```', '# no heading'] });
    const text = pathText(path, 'markdown', 'en');
    expect(text).toMatch(/\n {3}````text\n {3}client \$ cat\n {3}```\n {3}# no heading\n {3}````\n/);
  });
});

describe('a path as JSON', () => {
  it('is the path', () => {
    const path = stoppedPath();
    expect(pathSchema.parse(JSON.parse(pathText(path, 'json', 'en')))).toEqual(path);
  });
});

describe('a path as SVG', () => {
  it.each(['en', 'ja'] as const)('is a drawing on white with its words as text (%s)', (language) => {
    const path = observedPath();
    const text = pathText(path, 'svg', language);
    const hops = path.legs.flatMap((leg) => leg.hops);
    expect(text.match(/<circle /g)).toHaveLength(hops.length);
    expect(text).toContain('fill="#ffffff"/>');
    for (const { machine, place } of hops) expect(text).toContain(`>${machine} · ${place.name}</text>`);
  });

  it('keeps everything inside and what is written escaped', () => {
    const path = { ...stoppedPath(), target: 'http://host/?a=1&b=<2>' };
    const text = pathText(path, 'svg', 'en');
    expect(text).toContain('http://host/?a=1&amp;b=&lt;2&gt;');
    expect(text).toContain('VXLAN is blocked: k8s-worker2 sent');
    const height = Number(/ height="(\d+)"/.exec(text)?.[1]);
    const lowest = Math.max(...[...text.matchAll(/ y="(\d+)"/g)].map(([, y]) => Number(y)));
    expect(lowest).toBeLessThan(height);
  });
});

it('a file is named after the target and the time', () => {
  expect(exportPath(observedPath(), 'svg', 'en')).toMatchObject({
    name: expect.stringMatching(/^path-url-shortener\.staging\.k8s\.local-hostname-20261125T\d{6}\.svg$/) as string,
    type: 'image/svg+xml',
  });
});
