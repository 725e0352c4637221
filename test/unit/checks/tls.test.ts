import { beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '../../../src-main/bundle/bundle.ts';
import { caIsTrusted } from '../../../src-main/checks/ca-is-trusted.ts';
import { certificateFits } from '../../../src-main/checks/certificate-fits-names.ts';
import type { Answer, Check } from '../../../src-main/checks/check.ts';
import { httpRedirects } from '../../../src-main/checks/http-redirects.ts';
import { tlsIsRecent } from '../../../src-main/checks/tls-is-recent.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf, questionOf, type Replies } from '../table-machine.ts';

let bundle: Bundle;
beforeAll(async () => void ({ bundle } = await exampleBundle()));

function ask(check: Check, replies: Replies, tls = '{}'): Promise<Answer> {
  const lab = labOf(labText({ 9: `optional: { tls: ${tls} }` }));
  return check.ask(questionOf(contextOf({ lab, bundle, replies }), 'client'));
}
const actual = (answer: Answer) => (answer.status === 'not-applicable' ? '' : answer.actual.en);

/** What curl 7.88 with OpenSSL 3 prints with `-v`. */
const handshake = (until: string, version = 'TLSv1.3 / TLS_AES_256_GCM_SHA384') =>
  `* SSL connection using ${version}
* ALPN: server accepted http/1.1
* Server certificate:
*  subject: O=Hoplab; CN=Gateway shortener
*  start date: Nov 29 22:50:47 2026 GMT
*  expire date: ${until}
*  subjectAltName: host "url-shortener.staging.k8s.local" matched cert's "url-shortener.staging.k8s.local"
*  issuer: O=Hoplab; CN=Hoplab: shortener
*  SSL certificate verify ok.
`;
const CLOCK = String(Date.parse('2026-11-30T00:00:00Z') / 1000);
const REFUSED = 'curl: (60) SSL certificate problem: unable to get local issuer certificate';

describe('certificate-fits-names', () => {
  const with_ = (answer: { stdout?: string; stderr?: string; exitCode?: number }) =>
    ask(certificateFits, (command) => (command.startsWith('date') ? { stdout: CLOCK } : answer));

  it('passes where curl verified it, and says how long it is valid', async () => {
    const answer = await with_({ stdout: '200', stderr: handshake('Nov 29 23:50:47 2027 GMT') });
    expect(answer.status).toBe('passed');
    expect(actual(answer)).toContain('url-shortener.staging.k8s.local: 200, 364 days left');
  });

  it('fails two weeks before it expires, by the clock of the client', async () => {
    expect((await with_({ stdout: '200', stderr: handshake('Dec 13 00:00:00 2026 GMT') })).status).toBe('failed');
    expect((await with_({ stdout: '200', stderr: handshake('Dec 14 00:00:01 2026 GMT') })).status).toBe('passed');
  });

  it('fails where curl refuses it, where nothing says until when, and where no app responds', async () => {
    expect(actual(await with_({ stdout: '000', stderr: `* x\n${REFUSED}\n`, exitCode: 60 }))).toContain(REFUSED);
    expect((await with_({ stdout: '200', stderr: '' })).status).toBe('failed');
    expect((await with_({ stdout: '503', stderr: handshake('Nov 29 23:50:47 2027 GMT') })).status).toBe('failed');
  });
});

describe('tls-is-recent', () => {
  const spoken = (version: string, old: { stderr: string; exitCode?: number }) =>
    ask(tlsIsRecent, (command) => (command.includes('--tls-max') ? old : { stderr: handshake('', version) }));
  const alert = { stderr: 'curl: (35) error:0A00042E:SSL routines::tlsv1 alert protocol version\n', exitCode: 35 };

  it('passes with 1.3 and 1.2, where 1.1 is refused by NGINX or by the client', async () => {
    expect(actual(await spoken('TLSv1.3 / TLS_AES_256_GCM_SHA384', alert))).toBe(
      'TLSv1.3 / TLS_AES_256_GCM_SHA384; TLS 1.1: NGINX: protocol version',
    );
    const own = { stderr: 'curl: (35) no protocols available', exitCode: 35 };
    expect((await spoken('TLSv1.2 / ECDHE-ECDSA-AES256-GCM-SHA384', own)).status).toBe('passed');
  });

  it('fails with an old version, and where one is accepted besides', async () => {
    expect((await spoken('TLSv1.1 / AES256-SHA', alert)).status).toBe('failed');
    const taken = { stderr: handshake('', 'TLSv1.1 / AES256-SHA') };
    expect((await spoken('TLSv1.3 / TLS_AES_256_GCM_SHA384', taken)).status).toBe('failed');
  });

  it('fails where the connection broke before 1.1 was refused', async () => {
    for (const stderr of ['curl: (28) timed out', 'curl: (35) Recv failure: Connection reset by peer', '']) {
      expect((await spoken('TLSv1.3 / TLS_AES_256_GCM_SHA384', { stderr, exitCode: 35 })).status).toBe('failed');
    }
  });

  it('fails where no handshake was made', async () => {
    expect((await ask(tlsIsRecent, () => ({ stderr: 'curl: (7) refused', exitCode: 7 }))).status).toBe('failed');
  });
});

describe('http-redirects', () => {
  const told = (stdout: string) => ask(httpRedirects, () => ({ stdout }));
  it('wants the very address with https, for each host', async () => {
    const all = await ask(httpRedirects, (command) => ({
      stdout: `301 https://${/Host: (\S+?)'/.exec(command)?.[1] ?? ''}/hostname?q=1`,
    }));
    expect(all.status).toBe('passed');
    expect((await told('200 ')).status).toBe('failed');
    expect((await told('301 https://url-shortener.staging.k8s.local/')).status).toBe('failed');
  });
});

describe('ca-is-trusted', () => {
  it('is asked where the lab file asks for it alone', async () => {
    expect((await ask(caIsTrusted, () => ({ stdout: '200' }))).status).toBe('not-applicable');
    expect((await ask(caIsTrusted, () => ({ stdout: '200' }), '{ trustOnClient: true }')).status).toBe('passed');
    const refused = { stdout: '000', stderr: REFUSED, exitCode: 60 };
    expect((await ask(caIsTrusted, () => refused, '{ trustOnClient: true }')).status).toBe('failed');
  });
});
