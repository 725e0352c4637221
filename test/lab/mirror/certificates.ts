import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A CA of the mirror's own, and what it has signed: made once, by openssl, into a folder. */
export interface Certificates {
  /** A file: what `ca:` of a lab file names. */
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

/** @param address the IPv4 address that the certificate is for */
export function certificates(folder: string, address: string): Certificates {
  const file = (name: string) => join(folder, name);
  const made = { ca: file('ca.crt'), key: file('mirror.key'), cert: file('mirror.crt') };
  if (existsSync(made.cert)) return made;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const openssl = (args: string) =>
    execFileSync('openssl', args.split(' '), { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const key = 'req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes';
  openssl(`${key} -x509 -days 3650 -subj /CN=Mirror_of_the_lab -keyout ca.key -out ca.crt`);
  openssl(`${key} -subj /CN=mirror.lan -keyout mirror.key -out mirror.csr`);
  writeFileSync(file('names'), `subjectAltName=IP:${address}\n`);
  openssl(
    'x509 -req -days 3650 -in mirror.csr -CA ca.crt -CAkey ca.key -CAcreateserial -extfile names -out mirror.crt',
  );
  return made;
}
