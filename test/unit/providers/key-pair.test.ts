import ssh2 from 'ssh2';
import { expect, it } from 'vitest';
import { newKeyPair } from '../../../src-main/providers/vm-keys.ts';

/** Among so many of ssh2's own, six are none. */
const PAIRS = 1500;

it('every key pair can be read, and has 32 bytes as every public key of ed25519', () => {
  for (let made = 0; made < PAIRS; made += 1) {
    const { privateKey, publicKey } = newKeyPair();
    const parsed = ssh2.utils.parseKey(privateKey);
    if (parsed instanceof Error) throw parsed;
    const blob = parsed.getPublicSSH();
    expect(publicKey).toBe(`ssh-ed25519 ${blob.toString('base64')} hoplab`);
    expect(blob).toHaveLength(4 + 'ssh-ed25519'.length + 4 + 32);
  }
});
