import { describe, expect, it } from 'vitest';
import { withAddresses, withoutNode, withWorkers } from '../../src-main/lab/edit-nodes.ts';
import { labFileTemplate } from '../../src-main/lab/lab-file-template.ts';
import { labOf, labText } from './example.ts';

const worker3 = { name: 'k8s-worker3', address: '192.168.2.13' };
const LINE = '  - { name: k8s-worker3, role: worker, address: 192.168.2.13 }\n';

const inLines = `# my lab
lab: shortener
nodes: # three
    # the mini PC
    - name: k8s-master
      role: control-plane
      address: 192.168.2.10   # wired

    # laptops
    - name: k8s-worker1
      role: worker
      address: 192.168.2.11
      ssh:
        user: taro   # mine
    -   name: k8s-worker2
        role: worker
        address: "192.168.2.12"
# how
ssh: {user: lab}
loadBalancer:   {pool: 192.168.2.200-192.168.2.250}
`;

describe('adding a worker to a lab file', () => {
  it('adds one line behind the last node, and changes no other character', () => {
    const text = labText();
    const added = withWorkers(text, [worker3]);
    expect(added).toBe(text.replace('ssh:', `${LINE}ssh:`));
    expect(labOf(added ?? '').nodes.at(-1)).toMatchObject({ ...worker3, role: 'worker' });
  });

  it('keeps every comment of the file that init writes', () => {
    const text = labFileTemplate({ nodes: [{ address: '192.168.2.10' }, { address: '192.168.2.11' }], user: 'lab' });
    const added = withWorkers(text, [worker3]) ?? '';
    expect(added.replace(LINE, '')).toBe(text);
    expect(withoutNode(added, 'k8s-worker3')).toBe(text);
  });

  it('writes it in lines where the last node is', () => {
    const added = withWorkers(inLines, [worker3]) ?? '';
    const item = '    -   name: k8s-worker3\n        role: worker\n        address: 192.168.2.13\n';
    expect(added).toBe(inLines.replace('# how', `${item}# how`));
  });

  it('writes it into a list in brackets', () => {
    const one = '{ name: a, role: control-plane, address: 192.168.2.10 }';
    const text = `nodes: [${one}] # all\nlab: x\n`;
    expect(withWorkers(text, [worker3])).toBe(
      `nodes: [${one}, { name: k8s-worker3, role: worker, address: 192.168.2.13 }] # all\nlab: x\n`,
    );
    const lines = `nodes: [\n  ${one},\n  ${one.replace('a,', 'b,')},\n]\n`;
    expect(withWorkers(lines, [worker3])).toBe(
      lines.replace(',\n]', ',\n  { name: k8s-worker3, role: worker, address: 192.168.2.13 },\n]'),
    );
  });

  it('keeps CRLF, and ends a last line that has no end', () => {
    const crlf = labText().replaceAll('\n', '\r\n');
    expect(withWorkers(crlf, [worker3])).toBe(crlf.replace('ssh:', `${LINE.replace('\n', '\r\n')}ssh:`));
    const last = 'lab: x\nnodes:\n- {name: a}';
    expect(withWorkers(last, [worker3])).toBe(
      `${last}\n- { name: k8s-worker3, role: worker, address: 192.168.2.13 }\n`,
    );
  });

  it('quotes what YAML would read as something else', () => {
    const added = withWorkers(labText(), [{ name: '1e3', address: 'lap.top' }]) ?? '';
    expect(added).toContain('{ name: "1e3", role: worker, address: lap.top }');
  });

  it('leaves alone what it cannot change by itself', () => {
    expect(withWorkers('lab: x\n', [worker3])).toBeUndefined();
    expect(withWorkers('a: &n\n- { name: a }\nnodes: *n\n', [worker3])).toBeUndefined();
    expect(withWorkers('nodes: &n\n- { name: a }\nb: *n\n', [worker3])).toBeUndefined();
    expect(withWorkers('nodes: [', [worker3])).toBeUndefined();
  });
});

describe('taking a node out of a lab file', () => {
  it('takes its line, with what stands on it', () => {
    const text = labText({ 5: '  - { name: k8s-worker2, role: worker, address: 192.168.2.12 } # old' });
    expect(withoutNode(text, 'k8s-worker2')).toBe(text.replace(/.*k8s-worker2.*\n/, ''));
  });

  it('takes all its lines, and leaves comments', () => {
    const gone = withoutNode(inLines, 'k8s-worker1') ?? '';
    const [before = '', rest = ''] = inLines.split('    - name: k8s-worker1\n');
    expect(gone).toBe(before + rest.slice(rest.indexOf('    -   name')));
    expect(withoutNode(inLines, 'k8s-worker2')).toBe(inLines.replace(/ {4}- {3}name[^]*"\n/, ''));
  });

  it('takes it out of a list in brackets, wherever it stands', () => {
    const text = 'nodes: [ {name: a}, {name: b}, {name: c} ]\n';
    expect(withoutNode(text, 'a')).toBe('nodes: [ {name: b}, {name: c} ]\n');
    expect(withoutNode(text, 'b')).toBe('nodes: [ {name: a}, {name: c} ]\n');
    expect(withoutNode(text, 'c')).toBe('nodes: [ {name: a}, {name: b} ]\n');
  });

  it('leaves alone what something else in the file stands on, and who is not there', () => {
    expect(withoutNode('nodes:\n- &a {name: a}\n- {<<: *a, name: b}\n', 'a')).toBeUndefined();
    expect(withoutNode(labText(), 'nobody')).toBeUndefined();
  });
});

describe('putting other addresses into a lab file', () => {
  const swapped = new Map([
    ['k8s-master', '192.168.2.11'],
    ['k8s-worker1', '10.1.2.3'],
  ]);

  it('changes them, and no other character', () => {
    expect(withAddresses(inLines, swapped)).toBe(
      inLines
        .replace('address: 192.168.2.11', 'address: 10.1.2.3')
        .replace('address: 192.168.2.10 ', 'address: 192.168.2.11 '),
    );
    expect(withAddresses(inLines, new Map([['k8s-worker2', '10.1.2.3']]))).toBe(
      inLines.replace('"192.168.2.12"', '10.1.2.3'),
    );
    expect(withAddresses(labText(), swapped)).toBe(
      labText({
        3: '  - { name: k8s-master, role: control-plane, address: 192.168.2.11 }',
        4: '  - { name: k8s-worker1, role: worker, address: 10.1.2.3 }',
      }),
    );
  });

  it.each([
    ['an address is an alias', 'x: &a 1.2.3.4\nnodes:\n  - { name: k8s-master, address: *a }\n'],
    ['an address is merged in', 'x: &a { address: 1.2.3.4 }\nnodes:\n  - { <<: *a, name: k8s-master }\n'],
    ['the list is an alias', 'x: &a [{ name: k8s-master, address: 1.2.3.4 }]\nnodes: *a\n'],
    ['something else stands for it', 'nodes:\n  - { name: k8s-master, address: &a 1.2.3.4 }\nb: *a\n'],
  ])('does not where %s', (_, text) => {
    expect(withAddresses(text, swapped)).toBeUndefined();
  });
});
