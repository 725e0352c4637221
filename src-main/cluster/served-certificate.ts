import { X509Certificate } from 'node:crypto';
import type { Fact } from '../facts/fact.ts';
import { noAnswer } from '../facts/no-answer.ts';
import { kubectl, ofCluster } from './kubectl.ts';

/** A certificate that is served, and that of the CA which signed it; never the key. */
export interface ServedCertificate {
  readonly certificate: X509Certificate;
  readonly authority: X509Certificate;
}

/** The certificates in a Secret of the type kubernetes.io/tls; undefined where there is none. */
export function servedCertificate(namespace: string, name: string): Fact<ServedCertificate | undefined> {
  return {
    id: 'served-certificate',
    ...ofCluster,
    command: kubectl`-n ${namespace} get secret ${name} -o ${'jsonpath={.data.tls\\.crt} {.data.ca\\.crt}'}`,
    parse(printed) {
      if (printed.exitCode !== 0) return undefined;
      const [certificate, authority, ...others] = printed.stdout.trim().split(' ');
      if (certificate === undefined || authority === undefined || others.length > 0) throw noAnswer(printed);
      return { certificate: read(certificate), authority: read(authority) };
    },
  };
}

function read(base64: string): X509Certificate {
  return new X509Certificate(Buffer.from(base64, 'base64'));
}
