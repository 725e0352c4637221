import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Certificates } from './certificates.ts';
import { ISSUER, SERVICE } from './registry.ts';

/** Seconds that a token is good for. */
const LIFE = 300;

/**
 * A token for anybody who wants to pull, as ghcr.io and quay.io give one for public images: a JWT by the specification of
 * distribution/distribution, which docker-registry verifies.
 * @param scope `repository:NAME:pull`
 */
export function pullToken({ key, cert }: Certificates, scope: string): string {
  const [type = '', name = ''] = scope.split(':');
  const now = Math.floor(Date.now() / 1000);
  const access = scope === '' ? [] : [{ type, name, actions: ['pull'] }];
  const claims = {
    iss: ISSUER,
    sub: '',
    aud: SERVICE,
    exp: now + LIFE,
    nbf: now - 10,
    iat: now,
    jti: randomUUID(),
    access,
  };
  const x5c = [new X509Certificate(readFileSync(cert)).raw.toString('base64')];
  const signed = [{ typ: 'JWT', alg: 'ES256', x5c }, claims].map((part) => encoded(JSON.stringify(part))).join('.');
  const signature = sign('sha256', Buffer.from(signed), {
    key: createPrivateKey(readFileSync(key)),
    dsaEncoding: 'ieee-p1363',
  });
  return `${signed}.${encoded(signature)}`;
}

function encoded(bytes: string | Buffer): string {
  return Buffer.from(bytes).toString('base64url');
}
