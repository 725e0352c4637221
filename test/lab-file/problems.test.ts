import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src-main/lab/problem.ts';
import { labOf, labText, problemsOf, sentences } from './example.ts';
import { refusedLabs } from './refused-labs.ts';
import { refusedYaml } from './refused-yaml.ts';
import { processorTime } from '../set-up/processor-time.ts';

describe('a text that is not a lab file', () => {
  it.each(refusedYaml)('%s is refused in one sentence at its place', (_, text, expected) => {
    expect(sentences(problemsOf(text))).toEqual(expected);
  });

  it.each([
    ['brackets', '['.repeat(100_000)],
    ['closed brackets', '['.repeat(60_000) + ']'.repeat(60_000)],
    ['dashes', '- '.repeat(60_000)],
    ['indentation', Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('nested too deeply by %s is refused, and does not take the process down', (_, text) => {
    expect(sentences(problemsOf(text))).toEqual([
      ' The file nests lists and mappings too deeply for a lab file. Remove the brackets or indentation that nest here.',
    ]);
  });

  it('that multiplies by aliases is refused', () => {
    const levels = Array.from(
      { length: 20 },
      (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level}, `.repeat(9)}]`,
    );
    expect(sentences(problemsOf(`a0: &a0 [x]\n${levels.join('\n')}\n`))).toEqual([
      ' The file expands its YAML aliases (*name) too many times. Write the values themselves.',
    ]);
  });

  it('that contains itself is refused', () => {
    expect(problemsOf('lab: &lab [ *lab ]\n').length).toBeGreaterThan(0);
    expect(problemsOf('&all\nlab: x\nssh: *all\nnodes: [ *all ]\n').length).toBeGreaterThan(0);
  });

  it('that is huge is refused unread', () => {
    expect(sentences(problemsOf('# '.repeat(200_000)))).toEqual([
      ' The file is larger than 128 KiB, too large for a lab file. Give the path of a lab file.',
    ]);
  });
});

describe('a lab file with a problem', () => {
  it.each(refusedLabs)('%s is refused at its place', (_, lines, expected) => {
    expect(sentences(problemsOf(labText(lines)))).toEqual(expected);
  });

  it('points at the key of block style as well, and at a block value', () => {
    const text = 'lab: a\nnodes:\n  - name: A\n    rolle: worker\nssh:\n  user: x\n  port: 0\n';
    expect(problemsOf(text).map(({ line, column, path }) => `${line}:${column} ${path}`)).toEqual([
      '1:1 loadBalancer',

      '3:5 nodes[0].address',
      '3:11 nodes[0].name',
      '4:5 nodes[0].rolle',
      '7:9 ssh.port',
    ]);
  });

  it('points at an alias where the value is used', () => {
    const text = labText({ 6: 'ssh: &ssh { user: lab, port: 0 }', 9: 'client: { address: 192.168.2.50, ssh: *ssh }' });
    expect(problemsOf(text).map(({ line, column, path }) => `${line}:${column} ${path}`)).toEqual([
      '6:30 ssh.port',
      '9:34 client.ssh.port',
    ]);
  });

  it('reports all its problems at once, in the order of the file', () => {
    const text = labText({
      1: 'lab: Shortener',
      4: '  - { name: k8s-master, role: worker, adress: 192.168.2.11 }',
      5: '  - { name: k8s-worker2, role: worker, address: 192.168.2.10 }',
      6: 'ssh: { user: lab, port: ssh }',
      7: 'loadBalancer: { pool: 192.168.2.200-192.168.2.250, vip: 192.168.2.10 }',
      8: 'source: onlin',
      9: 'kubernetes: { version: 1.38.0, podCidr: 192.168.0.0/16 }',
      10: 'dns: { zone: local, nodePort: 30080 }',
      11: 'lab: again',
    });
    expect(problemsOf(text).map(({ line, column, path }) => `${line}:${column} ${path}`)).toEqual([
      '4:13 nodes[1].name',
      '4:39 nodes[1].adress',
      '5:49 nodes[2].address',
      '6:25 ssh.port',
      '7:57 loadBalancer.vip',
      '8:9 source',
      '9:24 kubernetes.version',
      '9:41 kubernetes.podCidr',
      '10:14 dns.zone',
      '10:31 app.nodePort',
      '11:1 lab',
    ]);
  });

  it('never repeats what stands where a password would', () => {
    const problems = problemsOf(labText({ 6: 'ssh: { user: lab, password: hunter2, sudo: hunter2 }' }));
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('is told in English and in Japanese, each with a remedy', () => {
    const all = [
      ...refusedYaml.flatMap(([, text]) => problemsOf(text)),
      ...refusedLabs.flatMap(([, lines]) => problemsOf(labText(lines))),
    ];
    for (const { text, remedy } of all) {
      for (const { en, ja } of [text, remedy]) {
        expect(en).toMatch(/^[\x20-\x7e…�]+$/);
        expect(en).toMatch(/[.?]$|hoplab init$/);
        expect(ja).toMatch(/[ぁ-ん].*。$/);
      }
    }
  });

  it('is printed as file:line:column path: text and remedy', () => {
    const [problem] = problemsOf(labText({ 5: '  - { name: k8s-worker2, role: worker, address: 192.168.2.11 }' }));
    if (!problem) throw new Error('no problem');
    expect(formatProblem(problem, 'ja', 'lab.yaml')).toBe(
      'lab.yaml:5:49 nodes[2].address: 192.168.2.11 は nodes[1].address ですでに使われています。マシンごとに別のアドレスを指定してください。',
    );
  });
});

describe('merge keys in a lab file', () => {
  const merged = (w2: string) =>
    labText({
      3: '  - { name: k8s-master, role: control-plane, address: 192.168.2.10, ssh: &base { user: root, port: 2222 } }',
      4: '  - { name: k8s-worker1, role: worker, address: 192.168.2.11, ssh: { <<: *base } }',
      5: `  - { name: k8s-worker2, role: worker, address: 192.168.2.12, ssh: ${w2} }`,
    });

  it('are read: what is written out counts, then what is merged first', () => {
    const { nodes } = labOf(merged('{ port: 23, <<: [*base, { user: taro, agent: true }] }'));
    expect(nodes.map(({ ssh }) => [ssh.user, ssh.port, ssh.agent])).toEqual([
      ['root', 2222, false],
      ['root', 2222, false],
      ['root', 23, true],
    ]);
  });

  it('a problem that was merged in is told where it is written', () => {
    const text = merged('{ <<: *base, port: 23 }').replace('port: 2222', 'port: 0');
    expect(problemsOf(text).map(({ line, column, path }) => [line, column, path])).toEqual([
      [3, 100, 'nodes[0].ssh.port'],
      [3, 100, 'nodes[1].ssh.port'],
    ]);
  });

  it.each([
    ['{ <<: *none }', '5:74: This alias names an anchor'],
    ['{ user: &u x, <<: *u }', '5:86: Only mappings can be merged with <<.'],
    ['{ <<: }', '5:7'],
    ['{ <<: 5 }', '5:74: Only mappings can be merged with <<.'],
    ['&me { <<: *me }', '5:78: This alias stands within the anchor that it names'],
    ['&me { jump: *me }', '5:80: This alias stands within the anchor that it names'],
    ['{ "<<": *base }', '5:70 nodes[2].ssh.<<: '],
  ])('%s is told at its place', (w2, expected) => {
    expect(sentences(problemsOf(merged(w2)))).toEqual([expect.stringContaining(expected)]);
  });

  it('that multiply are refused at once', () => {
    const levels = Array.from(
      { length: 20 },
      (_, level) => `a${level + 1}: &a${level + 1} { <<: [${`*a${level}, `.repeat(9)}] }`,
    );
    const started = processorTime();
    expect(sentences(problemsOf(`a0: &a0 { x: 1 }\n${levels.join('\n')}\n`))).toEqual([
      ' The file expands its YAML aliases (*name) too many times. Write the values themselves.',
    ]);
    expect(processorTime() - started).toBeLessThan(2000);
  });
});
