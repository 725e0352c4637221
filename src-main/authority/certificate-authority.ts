import { z } from 'zod';
import type { Lab } from '../lab/lab.ts';
import type { NewAuthority } from './make-certificates.ts';

/** Where the certificate and key of a lab's CA are kept. */
export interface AuthorityStore {
  read(): Promise<string | undefined>;
  keep(text: string): Promise<void>;
}

/** A certificate for the lab's host names, with what proves it. All PEM; `key` is PKCS #8. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
  /** The certificate of the CA that signed it. */
  readonly authority: string;
}

/** A CA is made anew when it is valid for less than this: it has to outlast what it signs. Milliseconds. */
const OUTLASTS = 400 * 24 * 3_600_000;

/**
 * The CA of a lab: made when it is first asked for, and then kept. It signs for the lab's zone alone, so that trusting it is
 * trusting it for nothing else.
 */
export class CertificateAuthority {
  readonly #store: AuthorityStore;

  /** @param store default: it is forgotten with this object */
  constructor(store: AuthorityStore = remembered()) {
    this.#store = store;
  }

  /** Signs a certificate for the host names, with a new key. */
  async issue(lab: Pick<Lab, 'name' | 'dns'>, names: readonly string[]): Promise<Issued> {
    const { makeAuthority, makeCertificate } = await import('./make-certificates.ts');
    const kept = read(await this.#store.read(), lab.dns.zone);
    const authority = kept ?? { ...(await makeAuthority(lab)), zone: lab.dns.zone };
    if (!kept) await this.#store.keep(JSON.stringify(authority));
    return { ...(await makeCertificate(authority, lab.name, names)), authority: authority.certificate };
  }
}

const keptSchema = z.object({ certificate: z.string(), key: z.string(), until: z.number(), zone: z.string() });

/** What was kept, where it still serves: for that zone, and long enough. What is not understood signs nothing any more. */
function read(text: string | undefined, zone: string): NewAuthority | undefined {
  try {
    const kept = keptSchema.parse(JSON.parse(text ?? ''));
    return kept.zone === zone && kept.until - Date.now() > OUTLASTS ? kept : undefined;
  } catch {
    return undefined;
  }
}

function remembered(): AuthorityStore {
  let kept: string | undefined;
  return {
    read: async () => kept,
    keep: async (text) => {
      kept = text;
    },
  };
}
