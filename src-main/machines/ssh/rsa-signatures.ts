import type { ParsedKey } from 'ssh2';

/*
 * RFC 8332: one RSA key signs as rsa-sha2-512 or as rsa-sha2-256. ssh2 takes the first of the two that the server has heard of,
 * and SHA-1 where the server tells nothing; a server takes what its PubkeyAcceptedAlgorithms has, which may be the other alone.
 */

type Sha2 = 'sha512' | 'sha256';

/** A key as each of its ways to sign, the strongest first; ssh2 asks the server for the type that a key has. */
export function waysToSign(key: ParsedKey): readonly ParsedKey[] {
  return key.type === 'ssh-rsa' ? [signingWith(key, 'sha512'), signingWith(key, 'sha256')] : [key];
}

/** What `waysToSign` made of a key: the key, and its hash where it has one. */
export function signatureOf(way: ParsedKey): { readonly key: ParsedKey; readonly hash?: Sha2 } {
  return ways.get(way) ?? { key: way };
}

const ways = new WeakMap<ParsedKey, { readonly key: ParsedKey; readonly hash: Sha2 }>();

function signingWith(key: ParsedKey, hash: Sha2): ParsedKey {
  const way = Object.create(key, {
    type: { value: `rsa-sha2-${hash.slice('sha'.length)}` },
    sign: { value: (data: Buffer) => key.sign(data, hash) },
  }) as ParsedKey;
  ways.set(way, { key, hash });
  return way;
}
