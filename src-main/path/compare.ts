import { causeTitles } from '../contract/path-words.ts';
import type { Difference, Packet, PathEnd } from '../contract/path.ts';
import { verbatim, type Text } from '../contract/text.ts';
import type { Deed } from './deed.ts';
import { destinationOf } from './packet.ts';
import type { Sighting } from './witness.ts';

const CHANGED: Text = {
  en: 'The rules changed between reading the facts and sending the request, or a rule was not understood: see what is not known.',
  ja: '事実を読んでからリクエストまでの間にルールが変わったか、解釈できないルールがある。分からないことを参照。',
};

/** What was predicted of a packet before routing, and what the kernel told of the rules then. */
interface Translated {
  readonly translations: readonly Deed[];
  /** Where the rules may send it. */
  readonly endpoints: readonly string[];
  readonly told: readonly Deed[];
}

/** Where the kernel's word on translation differs from what the rules predicted for the endpoint that was taken. */
export function compareTranslation(
  node: string,
  { translations, endpoints, told }: Translated,
  { continues, hooks, left, tracked }: Sighting,
): readonly Difference[] {
  if (continues) return []; // no rule of translation was asked
  if (!hooks.has('prerouting') && tracked.length === 0) return []; // legacy iptables, and no conntrack: nothing to compare with
  if (left && !endpoints.includes(destinationOf(left))) {
    if (tracked.length === 0) return []; // how the trace last saw it may be before it was translated
    const explanation: Text = {
      en: 'No rule that was read has this endpoint: the endpoints have changed since.',
      ja: '読み取ったルールにその宛先はない。その後エンドポイントが変わった。',
    };
    return otherDestination(node, endpoints, destinationOf(left), explanation);
  }
  const predicted = inWords(translations);
  const observed = inWords(told);
  if (predicted === observed) return [];
  const what = { en: `Chains of ${node} before routing`, ja: `${node} のルーティング前のチェーン` };
  return [{ what, predicted: verbatim(predicted), observed: verbatim(observed), explanation: CHANGED }];
}

/** Where IPVS chose a real server that it was not predicted to choose from. */
export function compareRealServer(
  node: string,
  servers: readonly { readonly endpoint: string }[],
  chosen: string,
): readonly Difference[] {
  const endpoints = servers.map(({ endpoint }) => endpoint);
  if (endpoints.includes(chosen)) return [];
  const explanation: Text = {
    en: 'By its tables as they were read, IPVS would not have chosen this real server: they have changed since, or what it remembered of the client has expired.',
    ja: '読み取った表では IPVS はこの実サーバーを選ばない。その後に表が変わったか、クライアントの記憶が期限切れになった。',
  };
  return otherDestination(node, endpoints, chosen, explanation);
}

function otherDestination(
  node: string,
  predicted: readonly string[],
  observed: string,
  explanation: Text,
): readonly Difference[] {
  const what = { en: `Destination after ${node}`, ja: `${node} の後の宛先` };
  return [{ what, predicted: verbatim(predicted.join(', ')), observed: verbatim(observed), explanation }];
}

/** Where the source address that a packet left with differs from what was predicted. Ports are the kernel's choice. */
export function compareSource(node: string, predicted: string, left: Pick<Packet, 'source'>): readonly Difference[] {
  if (predicted === left.source) return [];
  const what = { en: `Source after ${node}`, ja: `${node} の後の送信元` };
  return [{ what, predicted: verbatim(predicted), observed: verbatim(left.source), explanation: CHANGED }];
}

/** Where another node took the packet than the one that announces its address. */
export function compareTaker(announced: string, taker: string): readonly Difference[] {
  if (announced === taker) return [];
  const what = { en: 'Node that received the packet', ja: 'パケットを受け取ったノード' };
  const explanation: Text = {
    en: 'The client still had the MAC address of the node that previously announced the address.',
    ja: 'クライアントに、以前そのアドレスを広告していたノードの MAC アドレスが残っていた。',
  };
  return [{ what, predicted: verbatim(announced), observed: verbatim(taker), explanation }];
}

/** Where the client has other addresses for a name, or connected to another, than was predicted. */
export function compareAddress(name: string, predicted: string, has: readonly string[]): readonly Difference[] {
  if (has.length === 0 || has.includes(predicted)) return [];
  const what = { en: `Address of ${name} for the client`, ja: `クライアントから見た ${name} のアドレス` };
  const explanation: Text = {
    en: 'The client got a different answer than the ones read: from another name server, its cache, or after a change.',
    ja: 'クライアントは読み取ったものと別の応答を得た。別のネームサーバー、キャッシュ、またはその後の変更による。',
  };
  return [{ what, predicted: verbatim(predicted), observed: verbatim(has.join(', ')), explanation }];
}

/** Where NGINX asked a pod that no route was seen to lead to. */
export function compareBackend(endpoints: readonly string[], asked: string): readonly Difference[] {
  if (endpoints.includes(asked)) return [];
  const what = { en: 'Pod that NGINX connected to', ja: 'NGINX が接続した Pod' };
  const explanation: Text = {
    en: 'No HTTPRoute that was read has this backend: the routes or endpoints have changed since, or a rule was not understood.',
    ja: '読み取った HTTPRoute にその宛先はない。その後ルートかエンドポイントが変わったか、解釈できないルールがある。',
  };
  const predicted = endpoints.length === 0 ? { en: 'None', ja: 'なし' } : verbatim(endpoints.join(', '));
  return [{ what, predicted, observed: verbatim(asked), explanation }];
}

/** Where NGINX asked no pod, and its routes lead to some. */
export function compareNobody(endpoints: readonly string[]): readonly Difference[] {
  const what = { en: 'Pod that NGINX connected to', ja: 'NGINX が接続した Pod' };
  const explanation: Text = {
    en: 'NGINX responded without connecting to a pod, or its routes have changed since, or a rule was not understood.',
    ja: 'NGINX は Pod に接続せずに応答したか、その後ルートが変わったか、解釈できないルールがある。',
  };
  return [{ what, predicted: verbatim(endpoints.join(', ')), observed: { en: 'None', ja: 'なし' }, explanation }];
}

/** Where a request ended otherwise than the facts predicted. */
export function compareEnds(predicted: PathEnd, found: PathEnd): readonly Difference[] {
  if (found.status === 'unknown') return []; // what is not known differs from nothing
  if (predicted.status === found.status && causeOf(predicted) === causeOf(found)) return [];
  const what = { en: 'Result', ja: '結果' };
  return [
    { what, predicted: endInWords(predicted), observed: endInWords(found), explanation: reasonOf(predicted, found) },
  ];
}

function causeOf(end: PathEnd): string | undefined {
  return end.status === 'stopped' ? end.cause : undefined;
}

function endInWords(end: PathEnd): Text {
  if (end.status === 'answered') return { en: 'Answered', ja: '応答あり' };
  return end.status === 'stopped' ? causeTitles[end.cause] : { en: 'Unknown', ja: '不明' };
}

function reasonOf({ status, sentence }: PathEnd, found: PathEnd): Text {
  const refusesCertificate = found.status === 'stopped' && found.because === 'certificate-refused';
  if (status === 'answered' || refusesCertificate) {
    return {
      en: 'The facts do not show this: only a request finds it.',
      ja: '事実には表れず、リクエストを送って初めて分かる。',
    };
  }
  if (status === 'stopped') {
    return {
      en: `By the facts: ${sentence.en} The request ended otherwise, and no line says why.`,
      ja: `事実からの予測: ${sentence.ja} リクエストはそうならなかった。理由を示す記録はない。`,
    };
  }
  return {
    en: `It could not be predicted. ${sentence.en}`,
    ja: `予測できなかった。${sentence.ja}`,
  };
}

function inWords(deeds: readonly Deed[]): string {
  return deeds
    .filter(({ kind }) => kind === 'jump' || kind === 'dnat')
    .map(({ chain, kind, to }) => (kind === 'dnat' ? `${chain} dnat` : `${chain} > ${to}`))
    .join('; ');
}
