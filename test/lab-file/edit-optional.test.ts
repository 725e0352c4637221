import { describe, expect, it } from 'vitest';
import { withOptionalStages } from '../../src-main/lab/edit-optional.ts';
import { labOf, labText } from './example.ts';

const both = { weight: 20, headerRouting: true, tls: null, kubeProxyMode: null, manifests: [] };
const none = { weight: null, headerRouting: false, tls: null, kubeProxyMode: null, manifests: [] };

const line = (text: string | undefined) => text?.split('\n').filter((one) => one.startsWith('optional'));

describe('the stages that a lab file asks for besides', () => {
  it('are written at its end, and every other character stays', () => {
    const text = labText();
    const edited = withOptionalStages(text, both) ?? '';
    expect(edited).toBe(`${text}optional: { trafficSplit: { weight: 20 }, headerRouting: true }\n`);
    expect(labOf(edited).optional).toMatchObject({ trafficSplit: { weight: 20 }, headerRouting: true });
  });

  it.each([
    ['', 'optional: { trafficSplit: { weight: 20 }, headerRouting: true }\n'],
    ['# the end', '# the end\noptional: { trafficSplit: { weight: 20 }, headerRouting: true }\n'],
  ])('are written on a line of their own behind "%s"', (end, expected) => {
    const text = labText().trimEnd();
    expect(withOptionalStages(`${text}\n${end}`, both)).toBe(`${text}\n${expected}`);
  });

  it('keep the line breaks of the file', () => {
    const text = labText().replaceAll('\n', '\r\n');
    expect(withOptionalStages(text, both)).toMatch(/\r\noptional: \{.*\}\r\n$/);
  });

  it.each([
    [
      'optional: { trafficSplit: { weight: 5 } } # try',
      'optional: { trafficSplit: { weight: 20 }, headerRouting: true } # try',
    ],
    [
      'optional: { headerRouting: true, trafficSplit: { weight: 5 } }',
      'optional: { headerRouting: true, trafficSplit: { weight: 20 } }',
    ],
    ['optional: {}', 'optional: { trafficSplit: { weight: 20 }, headerRouting: true }'],
    [
      'optional: { secondVersion: { replicas: 1 } }',
      'optional: { secondVersion: { replicas: 1 }, trafficSplit: { weight: 20 }, headerRouting: true }',
    ],
  ])('stand in the place of %s', (was, expected) => {
    expect(line(withOptionalStages(labText({ 9: was }), both))).toEqual([expected]);
  });

  it('are changed in lines as well, where only the weight is another', () => {
    const text = labText({
      9: 'optional:\n  # for friends\n  trafficSplit:\n    weight: 5 # percent\n  headerRouting: true',
    });
    expect(withOptionalStages(text, both)).toBe(text.replace('weight: 5', 'weight: 20'));
  });

  it('take lines of their own away, and what follows stays', () => {
    const text = labText({ 9: 'optional:\n  trafficSplit:\n    weight: 5\nca: ./ca.pem' });
    expect(withOptionalStages(text, both)).toBe(
      labText({ 9: 'optional: { trafficSplit: { weight: 20 }, headerRouting: true }\nca: ./ca.pem' }),
    );
  });

  it('go, but for a second version', () => {
    expect(line(withOptionalStages(labText({ 9: 'optional: { headerRouting: true }' }), none))).toEqual([
      'optional: {}',
    ]);
    const kept = 'optional: { secondVersion: { replicas: 1 }, headerRouting: true }';
    expect(line(withOptionalStages(labText({ 9: kept }), none))).toEqual([
      'optional: { secondVersion: { replicas: 1 } }',
    ]);
  });

  it.each([
    ['has comments within', 'optional:\n  # for friends\n  headerRouting: false'],
    ['is empty', 'optional:'],
  ])('are left to the user where it %s', (_, was) => {
    expect(withOptionalStages(labText({ 9: was }), both)).toBeUndefined();
  });

  it.each([
    ['', 'apps: [ { manifests: ./shop }, { manifests: a b.yaml } ]'],
    ['apps: [{ manifests: ./old }] # mine', 'apps: [ { manifests: ./shop }, { manifests: a b.yaml } ] # mine'],
    ['apps:\n  - manifests: ./old\n  - manifests: ./shop', 'apps: [ { manifests: ./shop }, { manifests: a b.yaml } ]'],
    ['apps:\n- manifests: ./old', 'apps: [ { manifests: ./shop }, { manifests: a b.yaml } ]'],
  ])('have the manifests in the place of "%s", and nothing under optional', (was, expected) => {
    const edited = withOptionalStages(labText({ 9: was }), { ...none, manifests: ['./shop', 'a b.yaml'] });
    expect(edited?.split('\n')).toContain(expected);
    expect(edited).not.toContain('./old');
    expect(edited).not.toContain('optional:');
  });

  it('are left as they are written where nothing is asked for that they do not say', () => {
    const text = labText({
      9: 'apps:\n  - manifests: ./shop # mine\noptional:\n  headerRouting: true # for us\n  trafficSplit: { weight: 20 }',
    });
    expect(withOptionalStages(text, { ...both, manifests: ['./shop'] })).toBe(text);
    expect(withOptionalStages(text, { ...both, manifests: [] })).toBeUndefined();
  });

  it.each([
    'optional:\n  trafficSplit: { weight: 20 } # for us\n  headerRouting: true\n  tls: {} # plain',
    'optional:\n  trafficSplit: {} # as it is by default\n  headerRouting: true\n  tls: { trustOnClient: false }',
  ])('are left as they are written where defaults are written out, or not', (was) => {
    const text = labText({ 9: was });
    const stages = { ...both, tls: { trustOnClient: false } };
    expect(withOptionalStages(text, stages)).toBe(text);
    expect(withOptionalStages(text, { ...stages, manifests: ['./shop'] })).toBe(
      `${text}apps: [ { manifests: ./shop } ]\n`,
    );
  });

  it('have another weight in the place of the one that is written, whatever stands beside it', () => {
    const text = labText({ 9: 'optional:\n  trafficSplit: { weight: 5 } # for us\n  headerRouting: false' });
    expect(withOptionalStages(text, { ...none, weight: 30 })).toBe(text.replace('weight: 5', 'weight: 30'));
  });

  it('take a folder away whose name has a #', () => {
    expect(withOptionalStages(labText({ 9: 'apps: [{ manifests: ./c#-demo }]' }), none)).toContain('\napps: []\n');
  });

  it('take the manifests away', () => {
    expect(withOptionalStages(labText({ 9: 'apps: [{ manifests: ./old }]' }), none)).toContain('\napps: []\n');
  });

  it('are left to the user where the file is one flow mapping, or two documents', () => {
    expect(withOptionalStages('{ lab: x }', both)).toBeUndefined();
    expect(withOptionalStages('lab: x\n---\nlab: y\n', both)).toBeUndefined();
  });
});
