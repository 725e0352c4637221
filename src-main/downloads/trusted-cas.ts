import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, rootCertificates, type SecureContext } from 'node:tls';

/**
 * What connections trust: Node's CAs, those of NODE_EXTRA_CA_CERTS, the system's where Node can read them (22.15 and later), and one's own.
 * The system's are macOS's key chains and Windows' stores, elsewhere the files of SSL_CERT_FILE and SSL_CERT_DIR, or OpenSSL's usual ones.
 * @param own PEM, one certificate or several
 */
export function trusting(own: string | undefined): SecureContext {
  return createSecureContext({ ca: [...new Set([...trusted(), ...(own === undefined ? [] : [own])])] });
}

function trusted(): readonly string[] {
  // older Node has no such function, whatever its types say
  const read = getCACertificates as typeof getCACertificates | undefined;
  return [...(read ? [...read('default'), ...read('system')] : rootCertificates), ...extra()];
}

/** Node knows them, and Electron too, but not that of a package: the fuse that takes NODE_OPTIONS out takes these out as well. */
function extra(): readonly string[] {
  const file = process.env['NODE_EXTRA_CA_CERTS'];
  try {
    return file ? [readFileSync(file, 'utf8')] : [];
  } catch {
    return []; // as with Node
  }
}
