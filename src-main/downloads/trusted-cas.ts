import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, rootCertificates, type SecureContext } from 'node:tls';

/**
 * What connections trust: Node's CAs, those of NODE_EXTRA_CA_CERTS, the system's where Node can read them (22.15 and later), and one's own.
 * @param own PEM, one certificate or several
 */
export function trusting(own: string | undefined): SecureContext {
  return createSecureContext({ ca: [...new Set([...trusted(), ...(own === undefined ? [] : [own])])] });
}

function trusted(): readonly string[] {
  // older Node has no such function, whatever its types say
  const read = getCACertificates as typeof getCACertificates | undefined;
  if (read) return [...read('default'), ...read('system')];
  const extra = process.env['NODE_EXTRA_CA_CERTS'];
  return [...rootCertificates, ...(extra ? [readFileSync(extra, 'utf8')] : [])];
}
