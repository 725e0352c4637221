import { X509Certificate } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CertificateAuthority, type AuthorityStore } from '../../../src-main/authority/certificate-authority.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { hasProgram } from '../has-program.ts';

const lab = { name: 'shortener', dns: { zone: 'k8s.local', nodePort: 30053 } };
const NAMES = ['url-shortener.staging.k8s.local', 'url-shortener.prod.k8s.local'];

function store(): AuthorityStore & { text: string | undefined } {
  return {
    text: undefined,
    async read() {
      return this.text;
    },
    async keep(text) {
      this.text = text;
    },
  };
}

describe('the CA of a lab', () => {
  it('signs a certificate for the names, for a year, which its own certificate proves', async () => {
    const issued = await new CertificateAuthority().issue(lab, NAMES);
    const certificate = new X509Certificate(issued.certificate);
    const authority = new X509Certificate(issued.authority);
    expect(certificate.subjectAltName).toBe(NAMES.map((name) => `DNS:${name}`).join(', '));
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkIssued(authority)).toBe(true);
    expect(authority.ca).toBe(true);
    expect(certificate.ca).toBe(false);
    const days = (Date.parse(certificate.validTo) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(364);
    expect(days).toBeLessThan(366);
    expect(issued.key).toContain('BEGIN PRIVATE KEY');
  });

  it('is kept, and signs with a new key each time', async () => {
    const kept = store();
    const one = await new CertificateAuthority(kept).issue(lab, NAMES);
    const other = await new CertificateAuthority(kept).issue(lab, NAMES);
    expect(other.authority).toBe(one.authority);
    expect(other.key).not.toBe(one.key);
  });

  it('is made anew for another zone, when it would not outlast what it signs, and where what was kept is not understood', async () => {
    const kept = store();
    const one = await new CertificateAuthority(kept).issue(lab, NAMES);
    const ending = JSON.parse(kept.text ?? '') as object;
    kept.text = JSON.stringify({ ...ending, until: Date.now() + 300 * 86_400_000 });
    const renewed = await new CertificateAuthority(kept).issue(lab, NAMES);
    expect(renewed.authority).not.toBe(one.authority);
    for (const text of ['', 'no JSON', '{}', 'null']) {
      const broken = { ...store(), text };
      const { authority } = await new CertificateAuthority(broken).issue(lab, NAMES);
      expect(JSON.parse(broken.text)).toMatchObject({ certificate: authority, zone: 'k8s.local' });
    }
    const dns = { ...lab.dns, zone: 'lab.test' };
    expect((await new CertificateAuthority(kept).issue({ ...lab, dns }, ['a.lab.test'])).authority).not.toBe(
      renewed.authority,
    );
  });

  it.skipIf(!hasProgram('openssl'))('is taken by OpenSSL for its zone, and for no other name', async () => {
    const folder = await tempFolder();
    const authority = new CertificateAuthority();
    const verify = async (names: readonly string[], host: string) => {
      const issued = await authority.issue(lab, names);
      writeFileSync(join(folder, 'ca.pem'), issued.authority);
      writeFileSync(join(folder, 'certificate.pem'), issued.certificate);
      const args = [
        'verify',
        '-CAfile',
        'ca.pem',
        '-purpose',
        'sslserver',
        '-verify_hostname',
        host,
        'certificate.pem',
      ];
      try {
        return execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
      } catch (error) {
        return (error as { stderr: string }).stderr;
      }
    };
    expect(await verify(NAMES, NAMES[1] ?? '')).toBe('certificate.pem: OK\n');
    expect(await verify(NAMES, 'other.k8s.local')).toContain('hostname mismatch');
    expect(await verify(['example.com'], 'example.com')).toContain('permitted subtree violation');
  });
});
