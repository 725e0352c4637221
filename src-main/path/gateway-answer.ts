import type { Basis } from '../contract/path.ts';
import type { Text } from '../contract/text.ts';
import type { AtGateway } from './gateway-leg.ts';
import type { Passed } from './gateway-asked.ts';
import type { Refusal } from './gateway-words.ts';
import type { Told } from './path-facts.ts';
import type { Reply } from './reply.ts';
import type { Stop } from './stops.ts';

/** Who gave the answer that a client got through NGINX. `by` ends the sentence of it; `basis`: undefined where `told` shows it. */
export interface Verdict {
  readonly kind: 'answered' | 'stopped' | 'unknown';
  readonly by: Text;
  readonly basis?: Basis;
  /** Where NGINX itself gave it, as an error. */
  readonly stop?: Stop;
  /** The lines that show whom NGINX asked. */
  readonly told: readonly Told[];
}

/**
 * What the client got, and whom NGINX was seen to pass the request on to, together: an error is NGINX's own only where nobody got
 * the request.
 * @param pod that the asked endpoint is, as it is called
 */
export function verdictOn({ choice, passed }: AtGateway, { status }: Reply, pod: string | undefined): Verdict {
  const own = choice.kind === 'refused' ? [choice] : choice.kind === 'backend' ? choice.instead : [];
  const expected = own.find((one) => one.status === status);
  const redirects = choice.kind === 'answered' && choice.status === status;
  if (!passed || passed.kind === 'unknown') {
    const why = passed?.why ?? { en: 'no request was followed', ja: 'リクエストを追っていない' };
    return unseen(status, why, { expected: choice.kind === 'refused' ? expected : undefined, redirects });
  }
  if (passed.kind === 'to') return passedTo(status, passed, pod ?? passed.asked);
  const { told } = passed;
  if (expected) return { kind: 'stopped', by: NOTHING, stop: expected.stop, told };
  if (!redirects && (status === 404 || status >= 500))
    return { kind: 'stopped', by: NOTHING, stop: refusal(status, passed), told };
  if (!redirects && status < 300) return { kind: 'unknown', by: UNSEEN, told };
  return { kind: 'answered', by: ITSELF, told };
}

const NOTHING: Text = { en: '', ja: '' };

const ITSELF: Text = {
  en: ', by NGINX itself: it forwarded the request to no pod',
  ja: '、NGINX 自身の応答 (どの Pod にも転送していない)',
};

const UNSEEN: Text = {
  en: '. No kernel saw NGINX forward the request to a pod, which is not visible over TLS: the sender of the response is unknown',
  ja: '。NGINX が Pod に転送したところをどのカーネルも見ていない (TLS なら見えない)。誰の応答かは分からない',
};

/** A pod got the request. Two errors NGINX writes as well after that: they are the pod's where its connection has lasted. */
function passedTo(status: number, { open, told }: Extract<Passed, { kind: 'to' }>, pod: string): Verdict {
  if ((status === 502 || status === 504) && open !== true) {
    return {
      kind: 'unknown',
      told,
      by: {
        en: `. NGINX forwarded the request to ${pod}, but the connection did not last: whether that pod or NGINX sent this response is unknown`,
        ja: `。NGINX は ${pod} に転送したが、その接続は残っていない。応答がその Pod のものか NGINX のものかは分からない`,
      },
    };
  }
  return { kind: 'answered', told, by: { en: `, by ${pod}`, ja: `、${pod} の応答` } };
}

function refusal(status: number, { tried }: Extract<Passed, { kind: 'nobody' }>): Stop {
  const begun = tried.join(', ');
  const then: Text =
    tried.length === 0
      ? { en: ' and connected to none', ja: '、接続も始めていない' }
      : { en: `; it opened a connection to ${begun}`, ja: `。接続は ${begun} へ始めた` };
  return {
    cause: status === 404 ? 'no-http-route' : 'no-upstream',
    sentence: {
      en: `NGINX returned ${status} itself: it forwarded the request to no pod${then.en}.`,
      ja: `NGINX 自身が ${status} を返した。リクエストはどの Pod にも転送していない${then.ja}。`,
    },
  };
}

/** Nobody could look: what the routes predict is told as that, and an error that they do not predict is nobody's. */
function unseen(
  status: number,
  why: Text,
  { expected, redirects }: { expected: Refusal | undefined; redirects: boolean },
): Verdict {
  const basis: Basis = { kind: 'predicted', reason: why };
  const told: readonly Told[] = [];
  if (expected) return { kind: 'stopped', basis, by: NOTHING, stop: expected.stop, told };
  if (redirects) return { kind: 'answered', basis, by: NOTHING, told };
  if (status < 400) return { kind: 'answered', by: NOTHING, told };
  const by = {
    en: `. Whether a pod or NGINX sent this response is unknown: ${why.en.replace(/\.$/, '')}`,
    ja: `。応答が Pod のものか NGINX のものかは分からない: ${why.ja.replace(/。$/, '')}`,
  };
  return { kind: 'answered', basis, by, told };
}
