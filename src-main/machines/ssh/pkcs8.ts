import { createPrivateKey, type KeyObject } from 'node:crypto';

const PKCS8 = /-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/;

/** Whether a private key is in PKCS#8, which OpenSSH reads and ssh2 does not (https://github.com/mscdex/ssh2/issues/1303). */
export function pkcs8(text: Buffer): { readonly encrypted: boolean } | undefined {
  const found = PKCS8.exec(text.toString('latin1'));
  return found ? { encrypted: found[1] !== undefined } : undefined;
}

/** The same key in a form that ssh2 reads. @throws when it is none, has another passphrase, or is of a kind that SSH has not. */
export function fromPkcs8(text: Buffer, passphrase?: string): string {
  const key = createPrivateKey({ key: text, format: 'pem', ...(passphrase !== undefined && { passphrase }) });
  const kind = key.asymmetricKeyType ?? 'unknown';
  if (kind === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' }).toString();
  if (kind === 'ec') return key.export({ type: 'sec1', format: 'pem' }).toString();
  if (kind === 'ed25519') return openSsh(key);
  throw new Error(`SSH has no keys of the kind ${kind}`);
}

/** An Ed25519 key in OpenSSH's own form: https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key */
function openSsh(key: KeyObject): string {
  const { x = '', d = '' } = key.export({ format: 'jwk' });
  const [open, secret] = [Buffer.from(x, 'base64url'), Buffer.from(d, 'base64url')];
  const type = Buffer.from('ssh-ed25519');
  const check = Buffer.alloc(8); // two equal numbers: it is not encrypted
  const fields = [type, open, Buffer.concat([secret, open]), Buffer.alloc(0)].map(field);
  const unpadded = Buffer.concat([check, ...fields]);
  const padding = Buffer.from(Array.from({ length: (8 - (unpadded.length % 8)) % 8 }, (_, index) => index + 1));
  const none = field(Buffer.from('none'));
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...[none, none, field(Buffer.alloc(0)), number(1)],
    field(Buffer.concat([type, open].map(field))),
    field(Buffer.concat([unpadded, padding])),
  ]);
  const lines = whole.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
}

function field(bytes: Buffer): Buffer {
  return Buffer.concat([number(bytes.length), bytes]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
