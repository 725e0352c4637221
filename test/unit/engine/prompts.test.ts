import { expect, it } from 'vitest';
import { askOnce, type SecretQuestion } from '../../../src-main/engine/prompts.ts';
import { Redactor } from '../../../src-main/rollout/redactor.ts';

it('asks for sudo of the machines once, and for that of this computer apart: it says what for', async () => {
  const asked: SecretQuestion[] = [];
  const redactor = new Redactor();
  const secret = async (question: SecretQuestion) => {
    asked.push(question);
    return question.own ? 'password of the Mac' : 'password of the nodes';
  };
  const secrets = askOnce({ secret }, redactor);
  expect(await secrets.sudoPassword('k8s-master')).toBe('password of the nodes');
  expect(await secrets.sudoPassword('k8s-worker1')).toBe('password of the nodes');
  expect(await secrets.ownSudoPassword()).toBe('password of the Mac');
  expect(await secrets.ownSudoPassword()).toBe('password of the Mac');
  expect(asked.map(({ machine, sentence }) => [machine, sentence.en])).toEqual([
    ['k8s-master', 'sudo password on k8s-master (and the other machines):'],
    ['client', "Your password on this computer, for sudo (the resolver for the lab's names, ARP):"],
  ]);
  expect(redactor.text('password of the Mac')).not.toContain('Mac');
});
