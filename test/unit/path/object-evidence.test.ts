import { expect, it } from 'vitest';
import { objectEvidence } from '../../../src-main/path/path-facts.ts';

const object = (name: string) =>
  `{ "metadata": { "namespace": "staging", "name": "${name}" }, "spec": { "port": 80 } }`;
const answer = { machine: 'k8s-master', command: 'kubectl get', text: `{ "items": [ ${object('one')} ] }` };
const linesOf = (...sources: readonly string[]) =>
  objectEvidence(
    answer,
    sources.map((source) => ({ source })),
    'spec',
  ).flatMap(({ lines }) => lines);

it('parts of an object are evidence below its name, where the object stands in the answer', () => {
  expect(linesOf(object('one'))).toEqual(['"namespace": "staging"', '"name": "one"', '"spec": { "port": 80 }']);
});

it('an object that does not stand there is none, whatever of its parts does', () => {
  expect(linesOf(object('two'), '')).toEqual([]);
  expect(linesOf(object('two'), object('one'))).toEqual(linesOf(object('one')));
});
