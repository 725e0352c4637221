import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Redactor } from '../../../src-main/rollout/redactor.ts';

const MARK = '[redacted]';
const redacted = (text: string, ...secrets: readonly string[]): string => {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor.text(text);
};

/** Passwords that share no character with the mark: what stands beside it cannot make them up again. */
const secret = fc.string({
  unit: fc.constantFrom(...Array.from(`bfghijklmnopqsuvwxyz0123456789 '"\\$&.*+?^(){}|/~é日`)),
  minLength: 4,
  maxLength: 12,
});

describe('the redactor', () => {
  it('lets no secret through that it was told, wherever it stands', () => {
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (password, before, after) => {
        const clean = redacted(`${before}${password}${after}${password}`, password);
        return !clean.includes(password);
      }),
    );
  });

  it('knows a secret also as JSON and a shell spell it', () => {
    const password = `it's "so" \\ x`;
    expect(redacted(`echo '${password.replaceAll("'", "'\\''")}'`, password)).toBe(`echo '${MARK}'`);
    expect(redacted(JSON.stringify({ password }), password)).toBe(`{"password":"${MARK}"}`);
  });

  // the shorter one is replaced first, and the end of the longer one stands there: hunter2 and hunter2!long
  it('lets nothing of a secret through that begins like another', () => {
    expect(redacted('sudo: hunter2!long', 'hunter2', 'hunter2!long')).toBe(`sudo: ${MARK}`);
  });

  it('ignores what is too short to be a secret, or everything would be redacted', () => {
    expect(redacted('abc', 'abc', '')).toBe('abc');
  });

  const pem = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n-----END OPENSSH PRIVATE KEY-----';
  const canaries = [
    'kubeadm join 10.0.0.1:6443 --token abcdef.0123456789abcdef --discovery-token-ca-cert-hash sha256:12',
    `key:\n${pem}\nrest`,
    `cut off: ${pem.slice(0, 60)}`,
    `--certificate-key ${'ab'.repeat(32)}`,
    `client-key-data: ${'Zm9v'.repeat(9)}`,
    `{"token":"${'Zm9v'.repeat(4)}","client-key-data":"${'Zm9v'.repeat(9)}"}`,
    JSON.stringify(JSON.stringify({ token: 'Zm9v'.repeat(4), certificateKey: 'ab'.repeat(32) })),
    `certificateKey: ${'ab'.repeat(32)}`,
    `curl: (22) Authorization: Basic ${'Zm9v'.repeat(4)}`,
    `Bearer ${'Zm9v'.repeat(4)}`,
    `eyJhbGciOiJSUzI1NiJ9.eyJ${'Zm9v'.repeat(4)}.${'Zm9v'.repeat(9)}`,
    `Cookie: session=${'Zm9v'.repeat(4)}`,
    `http_proxy=http://me:${'Zm9v'.repeat(4)}@proxy.lan:3128`,
  ];
  it.each(canaries)('takes out what looks like one: %j', (text) => {
    const clean = redacted(text);
    expect(clean).toContain(MARK);
    expect(clean).not.toMatch(/abcdef\.0123|b3Blbn|abababab|Zm9vZm9v/);
  });

  it('leaves the public alone', () => {
    const text =
      'sha256:0123456789abcdef 192.168.2.10 k8s.local registry.k8s.io/pause:3.10.2 -----BEGIN CERTIFICATE-----\nMII\n';
    expect(redacted(text)).toBe(text);
  });

  it('redacts every text in a value, and changes nothing else', () => {
    const redactor = new Redactor();
    redactor.add('hunter2');
    const value = { a: ['x hunter2', { b: 'hunter2', c: 5, d: null, e: true, f: undefined }], g: [[]] };
    expect(redactor.value(value)).toEqual({
      a: [`x ${MARK}`, { b: MARK, c: 5, d: null, e: true, f: undefined }],
      g: [[]],
    });
  });
});
