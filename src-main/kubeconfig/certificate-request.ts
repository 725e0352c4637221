import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';

export interface KeyAndRequest {
  /** PKCS #8, PEM. */
  readonly privateKey: string;
  /** PKCS #10, PEM. */
  readonly request: string;
}

/**
 * Makes a private key (P-256) and the request for a certificate of it: RFC 2986. Written by hand, since it is this one structure:
 * the libraries for it bring a dozen packages.
 */
export function certificateRequest({ organization, name }: { organization: string; name: string }): KeyAndRequest {
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const publicKey = createPublicKey(pair.publicKey).export({ type: 'spki', format: 'der' });
  const subject = sequence(attribute(ORGANIZATION, organization), attribute(COMMON_NAME, name));
  const info = sequence(der(INTEGER, Buffer.of(0)), subject, publicKey, der(NO_ATTRIBUTES));
  const signature = sign('sha256', info, createPrivateKey(pair.privateKey));
  const whole = sequence(info, sequence(ECDSA_WITH_SHA256), der(BIT_STRING, Buffer.of(0), signature));
  return { privateKey: pair.privateKey, request: pem(whole) };
}

const [INTEGER, BIT_STRING, OBJECT_ID, UTF8_STRING] = [0x02, 0x03, 0x06, 0x0c];
const [SEQUENCE, SET, NO_ATTRIBUTES] = [0x30, 0x31, 0xa0];
/** 2.5.4.10, 2.5.4.3 and 1.2.840.10045.4.3.2 */
const ORGANIZATION = der(OBJECT_ID, Buffer.from('55040a', 'hex'));
const COMMON_NAME = der(OBJECT_ID, Buffer.from('550403', 'hex'));
const ECDSA_WITH_SHA256 = der(OBJECT_ID, Buffer.from('2a8648ce3d040302', 'hex'));

/** Tag, length, contents: X.690. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const contents = Buffer.concat(parts);
  const { length } = contents;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), contents]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(SEQUENCE, ...parts);
}

function attribute(type: Buffer, text: string): Buffer {
  return der(SET, sequence(type, der(UTF8_STRING, Buffer.from(text))));
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE REQUEST-----', ...lines, '-----END CERTIFICATE REQUEST-----', ''].join('\n');
}
