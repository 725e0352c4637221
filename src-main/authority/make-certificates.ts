import 'reflect-metadata'; // first: x509 resolves its algorithms by it
import { webcrypto } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from '@peculiar/asn1-x509';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  AuthorityKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Lab } from '../lab/lab.ts';
import { authorityName } from '../lab/object-names.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY = 24 * 3_600_000;
/** Days that a CA is valid. */
const AUTHORITY_DAYS = 3650;
/** Days that a certificate is valid: macOS takes none for more than 825. */
const CERTIFICATE_DAYS = 365;

/** PEM, the key as PKCS #8. */
export interface NewAuthority {
  readonly certificate: string;
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

cryptoProvider.set(webcrypto);

/** Makes a CA that may sign server certificates of names in the lab's zone, and nothing else. */
export async function makeAuthority({ name, dns: { zone } }: Pick<Lab, 'name' | 'dns'>): Promise<NewAuthority> {
  const keys = await newKeys();
  const until = Date.now() + AUTHORITY_DAYS * DAY;
  const zoneAlone = new NameConstraints({
    permittedSubtrees: new GeneralSubtrees([new GeneralSubtree({ base: new GeneralName({ dNSName: zone }) })]),
  });
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ O: ['Hoplab'] }, { CN: [authorityName(name)] }],
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity(until),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      new Extension(id_ce_nameConstraints, true, AsnConvert.serialize(zoneAlone)),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pem(certificate), key: await pemOf(keys.privateKey), until };
}

/** Makes a server certificate for host names, with a key of its own. PEM, the key as PKCS #8. */
export async function makeCertificate(
  authority: Pick<NewAuthority, 'certificate' | 'key'>,
  lab: string,
  names: readonly string[],
): Promise<{ readonly certificate: string; readonly key: string }> {
  const keys = await newKeys();
  const issuer = new X509Certificate(authority.certificate);
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    PemConverter.decodeFirst(authority.key),
    ALGORITHM,
    false,
    ['sign'],
  );
  const certificate = await X509CertificateGenerator.create({
    subject: [{ O: ['Hoplab'] }, { CN: [`Gateway ${lab}`] }],
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
    ...validity(Date.now() + CERTIFICATE_DAYS * DAY),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value }))),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return { certificate: pem(certificate), key: await pemOf(keys.privateKey) };
}

/** From an hour ago on: the clocks of machines differ. */
function validity(until: number): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(until) };
}

function newKeys() {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function pem(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), PemConverter.PrivateKeyTag)}\n`;
}
