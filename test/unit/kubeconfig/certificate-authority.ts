import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../../machines/temp-folder.ts';

/** A certificate authority of the real openssl, which signs as the controller manager does. */
export interface Authority {
  /** PEM. */
  readonly certificate: string;
  /** Paths of a server's certificate and key for 127.0.0.1. */
  readonly server: { readonly cert: string; readonly key: string };
  /** PEM of what was signed, and its subject as openssl prints it. @throws Error for a request whose signature is not that of its key */
  sign(request: string): { readonly certificate: string; readonly subject: string };
}

export async function certificateAuthority(): Promise<Authority> {
  const folder = await tempFolder();
  const at = (name: string) => join(folder, name);
  const openssl = (...args: readonly string[]) =>
    execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=kubernetes', '-days', '2');
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=kube-apiserver');
  const issue = (csr: string, out: string, extensions: string) => {
    writeFileSync(at('extensions'), extensions);
    const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1', '-extfile', 'extensions'];
    openssl('x509', '-req', '-in', csr, '-out', out, ...by);
  };
  issue('server.csr', 'server.crt', 'subjectAltName=IP:127.0.0.1');
  return {
    certificate: readFileSync(at('ca.crt'), 'utf8'),
    server: { cert: at('server.crt'), key: at('server.key') },
    sign(request) {
      writeFileSync(at('client.csr'), request);
      openssl('req', '-in', 'client.csr', '-verify', '-noout');
      issue('client.csr', 'client.crt', 'extendedKeyUsage=clientAuth');
      const subject = openssl('req', '-in', 'client.csr', '-noout', '-subject').trim();
      return { certificate: readFileSync(at('client.crt'), 'utf8'), subject };
    },
  };
}
