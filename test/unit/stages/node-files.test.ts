import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KERNEL_SETTINGS } from '../../../src-main/facts/kernel-settings.ts';
import * as files from '../../../src-main/stages/node-files.ts';
import { labOf, labText } from '../../lab-file/example.ts';

const { nodes } = labOf(labText());
const foreign = fc
  .array(fc.oneof(fc.string(), fc.constantFrom('127.0.0.1 localhost', '# Hoplab', '$& $1', '')))
  .map((lines) => lines.map((line) => `${line.replaceAll('\n', ' ')}\n`).join(''));

describe('/etc/hosts', () => {
  it('gets the nodes in a block behind what was there', () => {
    expect(files.withHosts('127.0.0.1 localhost\n', nodes)).toBe(
      '127.0.0.1 localhost\n# Hoplab begin\n192.168.2.10 k8s-master\n192.168.2.11 k8s-worker1\n192.168.2.12 k8s-worker2\n# Hoplab end\n',
    );
  });

  it('gets them once, however often', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const once = files.withHosts(text, nodes);
        return files.withHosts(once, nodes) === once;
      }),
    );
  });

  it('is as before when they are taken out again, byte for byte', () => {
    fc.assert(fc.property(foreign, (text) => files.withoutHosts(files.withHosts(text, nodes)) === text));
  });

  it('keeps what others wrote behind the block', () => {
    expect(files.withoutHosts(`${files.withHosts('a\n', nodes)}b\n`)).toBe('a\nb\n');
  });

  it('is replaced when a node has moved', () => {
    const moved = nodes.map((node) => ({ ...node, address: '10.0.0.1' }));
    expect(files.withHosts(files.withHosts('a\n', nodes), moved)).toBe(files.withHosts('a\n', moved));
  });

  // somebody has deleted the last line of the block by hand: the next block's end counts as its end
  it('keeps what others wrote behind a block whose end is missing', () => {
    const cut = '127.0.0.1 localhost\n# Hoplab begin\n192.168.2.10 k8s-master\n10.0.0.7 printer\n';
    expect(files.withoutHosts(files.withHosts(cut, nodes))).toContain('10.0.0.7 printer');
  });
});

describe('the small files of a node', () => {
  const all = [
    files.modulesFile,
    files.settingsFile,
    files.containerdUnit,
    files.kubeletUnit,
    files.containerdConfig('registry.k8s.io/pause:3.10.2'),
  ];

  it.each(all.map((file) => [file.path, file] as const))(
    '%s says who wrote it, and ends in a newline',
    (path, file) => {
      expect(path).toMatch(/^\//);
      expect(file.content).toMatch(/^# Written by Hoplab/);
      expect(file.content).toMatch(/[^\n]\n$/);
    },
  );

  it('set what the check asks for', () => {
    for (const [name, value] of KERNEL_SETTINGS) expect(files.settingsFile.content).toContain(`${name} = ${value}\n`);
  });
});
