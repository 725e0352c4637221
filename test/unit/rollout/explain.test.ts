import { describe, expect, it } from 'vitest';
import { BundleError } from '../../../src-main/bundle/bundle-error.ts';
import { explanationSchema } from '../../../src-main/contract/events.ts';
import { sh } from '../../../src-main/machines/command.ts';
import * as errors from '../../../src-main/machines/errors.ts';
import { explain } from '../../../src-main/rollout/explain.ts';
import { likelyReason } from '../../../src-main/rollout/likely-reason.ts';
import { StageRefused } from '../../../src-main/stages/stage-refused.ts';

const command = sh`kubeadm init`;
const output = (stderr: string) => ({ stdout: 'out', stderr, exitCode: 3, duration: 1, at: 0 });
const text = { en: 'refused', ja: '拒否' };

const machineErrors: readonly errors.MachineError[] = [
  new errors.MachineUnreachable('w1', 'no'),
  new errors.ConnectionLost('w1', 'no'),
  new errors.HostKeyUnknown('w1', 'no', { host: 'w1', shown: 'SHA256:shown' }),
  new errors.HostKeyChanged('w1', 'no', { host: 'w1', pinned: ['SHA256:old'], shown: 'SHA256:shown' }),
  new errors.AuthenticationRefused('w1', 'no'),
  new errors.TooManyKeys('w1', 'no'),
  new errors.CertificateNotOffered('w1', 'no'),
  new errors.OutdatedAlgorithms('w1', 'no'),
  new errors.LoginSlow('w1', 'no'),
  new errors.KeyUnusable('w1', 'no'),
  new errors.SudoRefused('w1', 'no'),
  new errors.CommandFailed('w1', 'no', { command, output: output('err') }),
  new errors.AnswerNotUnderstood('w1', 'no JSON', { command, output: output('err') }),
  new errors.CommandTimedOut('w1', 'no', { command }),
  new errors.ApiServerSilent('w1', 'no', { command }),
  new errors.Cancelled('w1', 'no'),
  new errors.NotRecorded('w1', 'no', { command }),
];

describe('every error of a machine', () => {
  it('is among these', () => {
    const classes = Object.values(errors).filter(
      (one) => one !== errors.MachineError && one.prototype instanceof errors.MachineError,
    );
    expect(new Set(machineErrors.map((error) => error.constructor))).toEqual(new Set(classes));
  });

  it.each(machineErrors.map((error) => [error.name, error] as const))('%s says what and what to do', (_, error) => {
    const told = explanationSchema.parse(explain(error));
    expect(told.machine).toBe('w1');
    for (const { en, ja } of [told.title, told.remedy]) {
      expect(en).not.toBe(ja);
      expect(ja).toMatch(/[\u3040-\u9fff]/);
      expect(en).not.toMatch(/undefined|\?\)|[\u3040-\u9fff]/);
    }
    expect(told.title.en).toContain('w1');
    expect(told.title.ja).toContain('w1');
    expect(told.detail).not.toBe('');
  });

  it('is told each in its own words', () => {
    const titles = machineErrors
      .filter((error) => !(error instanceof errors.KeyUnusable))
      .map((error) => explain(error).title.en);
    expect(new Set(titles).size).toBe(titles.length);
  });
});

describe('an explanation', () => {
  it('of a jump host names the jump host, and a remedy that a shell takes as it is', () => {
    const key = { host: 'jump host 10.0.0.1', pinned: ['SHA256:old'], shown: 'SHA256:shown' };
    const changed = explain(new errors.HostKeyChanged('w1', 'no', key));
    for (const { en, ja } of [changed.title, explain(new errors.HostKeyUnknown('w1', 'no', key)).title]) {
      expect(en).toContain('jump host 10.0.0.1, on the way to w1');
      expect(ja).toContain('w1 への途中の踏み台 10.0.0.1');
      expect(ja).not.toContain('jump host');
    }
    expect(changed.remedy.ja).toContain('踏み台 10.0.0.1 を再インストール');
    for (const remedy of [changed.remedy.en, changed.remedy.ja]) {
      expect(remedy).toContain("`hoplab trust --replace 'jump host 10.0.0.1'`");
    }
  });

  it('of an answer without output says so in both languages', () => {
    const none = { ...output(''), stdout: '\n', exitCode: 0 };
    const told = explain(new errors.AnswerNotUnderstood('w1', 'exit code 0', { command, output: none }));
    expect(told.detail).toBe('');
    expect(told.title).toEqual({
      en: 'w1 returned no output for `kubeadm init` (exit code 0)',
      ja: 'w1 が `kubeadm init` に何も返さなかった (終了コード 0)',
    });
  });

  it('of this computer has no name in it', () => {
    const { title } = explain(new errors.CommandFailed('this-computer', 'no', { command, output: output('no') }));
    expect(title.en).toMatch(/^A command failed on this computer \(/);
    expect(title.ja).toMatch(/^このコンピューターでコマンドが失敗した/);
  });

  it('shows the end of the output, where the error stands', () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`).join('\n');
    const { detail } = explain(new errors.CommandFailed('w1', 'no', { command, output: output(`${lines}\n\n`) }));
    expect(detail.split('\n')).toHaveLength(15);
    expect(detail).toMatch(/line 39$/);
  });

  it('names a machine that is too slow, with what was measured, and no other cause', () => {
    const late = 'error execution phase wait-control-plane: kube-apiserver check failed: context deadline exceeded\n';
    const told = (measured: string) =>
      explain(new errors.CommandFailed('w1', 'no', { command, output: output(`${late}${measured}\n`) }));
    const slow = told('load 20.31 on 2 processors, waiting 88.10%');
    expect(slow.reason?.en).toContain(
      '20.31 runnable processes on 2 processors, and something waited for a processor 88.1 %',
    );
    expect(slow.reason?.ja).toContain('20.31');
    expect(told('load 0.31 on 2 processors, waiting 1.10%').reason).toBeUndefined();
    const other = output('tar: No space left on device\nload 20.31 on 2 processors, waiting 88.10%');
    expect(explain(new errors.CommandFailed('w1', 'no', { command, output: other })).reason?.en).toContain('disk');
  });

  it('has the command, the exit code, and the reason that the output gives away', () => {
    const failed = new errors.CommandFailed('w1', 'no', { command, output: output('tar: No space left on device') });
    const told = explain(failed);
    expect(told).toMatchObject({ command: 'kubeadm init', reason: { en: 'The disk is full.' } });
    expect(told.title.en).toContain('exit code 3');
    expect(told.remedy.en).toContain('df -h');
  });

  it('of a stage that refuses, or of a bundle, is in their own words', () => {
    expect(explain(new StageRefused('w1', text, text))).toEqual({
      machine: 'w1',
      title: text,
      detail: '',
      remedy: text,
    });
    expect(explain(new BundleError(text)).title).toEqual(text);
  });

  it('of anything else admits that it is Hoplab', () => {
    for (const error of [new TypeError('x is not a function'), 'text', undefined]) {
      const told = explanationSchema.parse(explain(error));
      expect(told.title.en).toBe('Hoplab itself failed');
    }
    expect(explain(new TypeError('x is not a function')).detail).toContain('x is not a function');
  });
});

describe('the likely reason', () => {
  it.each([
    ['The disk is full.', 'write /var/lib/x: no space left on device'],
    ['Swap is on', '[ERROR Swap]: running with swap on is not supported. Please disable swap'],
    ['Another program listens', '[ERROR Port-6443]: Port 6443 is in use'],
    ['An earlier cluster', '[ERROR FileAvailable--etc-kubernetes-manifests-etcd.yaml]: already exists'],
    ['An earlier cluster', '[ERROR DirAvailable--var-lib-etcd]: /var/lib/etcd is not empty'],
    ['An image is not in containerd', '[ERROR ImagePull]: failed to pull image registry.k8s.io/kube-apiserver:v1.37.1'],
    [
      'The clocks',
      'tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time',
    ],
    ['The kernel module', 'modprobe: FATAL: Module br_netfilter not found in directory /lib/modules/6.1'],
    ['The API server cannot reach a webhook', 'Internal error occurred: failed calling webhook "x"'],
    ['The API server does not run', 'The connection to the server 192.168.2.10:6443 was refused - did you specify'],
    ['The API server does not run', 'dial tcp 192.168.2.10:6443: connect: connection refused'],
    ['The worker cannot reach', "couldn't validate the identity of the API Server: failed to request"],
    ['The worker cannot reach', 'Get "https://192.168.2.10:6443/api": dial tcp 192.168.2.10:6443: i/o timeout'],
  ])('is %s for %j', (reason, printed) => {
    const found = likelyReason(`something before\n${printed}\nand after`);
    expect(found?.reason.en).toContain(reason);
    expect(found?.reason.ja).not.toBe('');
    expect(found?.remedy.en).not.toBe(found?.remedy.ja);
  });

  it('is not made up', () => {
    expect(likelyReason('exit status 1')).toBeUndefined();
    expect(likelyReason('')).toBeUndefined();
  });
});
