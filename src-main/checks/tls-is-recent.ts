import { verbatim } from '../contract/text.ts';
import { hostName } from '../lab/lab.ts';
import { firstEnvironment } from '../lab/object-names.ts';
import { embed, sh } from '../machines/command.ts';
import { CURL } from '../machines/own-programs.ts';
import { passedIf, type Check } from './check.ts';
import { readHandshake } from '../client/read-handshake.ts';
import { httpsOptions } from './https.ts';

export const tlsIsRecent: Check = {
  id: 'tls-is-recent',
  sentence: { en: 'TLS 1.2 or 1.3 is used; TLS 1.1 is refused', ja: 'TLS 1.2 か 1.3 が使われ、TLS 1.1 は拒否される' },
  on: 'client',
  patience: 30_000,
  async ask(question) {
    const { lab } = question;
    const host = hostName(lab, firstEnvironment(lab));
    const ask = (options: readonly string[]) =>
      question.run(
        sh`${embed(CURL)} -v -m 5 -o /dev/null ${[...options, ...httpsOptions(lab, host)]} ${`https://${host}/`}`,
      );
    const [usual, old] = await Promise.all([ask([]), ask(['--tlsv1.0', '--tls-max', '1.1', '--ciphers', OLD_CIPHERS])]);
    const { version = usual.stderr.trim().split('\n').at(-1) ?? '—' } = readHandshake(usual.stderr);
    const took = readHandshake(old.stderr).version;
    const complaint = complaintOf(old.stderr);
    const refused = /alert protocol version/i.test(old.stderr) ? 'NGINX: protocol version' : complaint;
    return {
      status: passedIf(/^TLSv1\.[23]\b/.test(version) && took === undefined && isRefusal(complaint)),
      expected: verbatim('TLSv1.2, TLSv1.3'),
      actual: verbatim(`${version}; TLS 1.1: ${took ?? refused}`),
      meaning: {
        en: 'TLS 1.0 and 1.1 are obsolete (RFC 8996); client and NGINX agree on the newest version that both have.',
        ja: 'TLS 1.0 と 1.1 は廃止された (RFC 8996)。クライアントと NGINX は双方が使える最も新しい版を選ぶ。',
      },
      remedy: {
        en: 'See which versions NGINX has: `ssl_protocols` in `kubectl exec` of its pod, `nginx -T`.',
        ja: 'NGINX が使う版は、その Pod で `nginx -T` を実行し、`ssl_protocols` を見てください。',
      },
    };
  },
};

/** OpenSSL offers TLS 1.1 only with what it otherwise takes for too weak. */
const OLD_CIPHERS = 'DEFAULT@SECLEVEL=0';

/**
 * Whether a handshake was refused, by NGINX or by a client that cannot speak TLS 1.1 at all; a connection that broke says nothing.
 * curl's exit codes: 4 not built in, 35 handshake, 59 cipher.
 */
function isRefusal(complaint: string): boolean {
  return /^curl: \((?:4|35|59)\) /.test(complaint) && !/reset by peer|timed out|SYSCALL/i.test(complaint);
}

function complaintOf(stderr: string): string {
  return stderr.split('\n').find((line) => line.startsWith('curl: ')) ?? '—';
}
