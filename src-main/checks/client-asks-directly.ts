import type { Text } from '../contract/text.ts';
import { ownProxy, placeOf, proxyFor, type StatedProxy } from '../facts/own-proxy.ts';
import { hostNames } from '../lab/lab.ts';
import { passedIf, type Check } from './check.ts';

export const clientAsksDirectly: Check = {
  id: 'client-asks-directly',
  sentence: {
    en: "curl on this computer uses no proxy for the lab's names",
    ja: 'このコンピューターの curl がラボの名前にプロキシを通さずアクセスする',
  },
  on: 'client',
  async ask(question) {
    const { lab, machineName } = question;
    const own = await question.read(machineName, ownProxy);
    const names = hostNames(lab);
    const asked = names.map((name) => proxyFor(own, 'http', name)).find((one) => one !== undefined);
    const zone = `.${lab.dns.zone}`;
    const left = `${zone},${lab.loadBalancer.vip}`;
    const how = isFile(asked) ? `\`noproxy = "${left}"\`` : `\`export no_proxy="$no_proxy,${left}"\``;
    return {
      status: passedIf(asked === undefined),
      expected: { en: `no proxy for ${zone}`, ja: `${zone} にはプロキシなし` },
      actual: asked ? inWords(asked) : { en: 'no proxy', ja: 'プロキシなし' },
      meaning: {
        en: "Hoplab's own requests use no proxy, but a curl that you type would, and a proxy does not know the lab.",
        ja: 'Hoplab 自身のリクエストはプロキシを通らないが、手で打つ curl は通る。プロキシはラボを知らない。',
      },
      remedy: {
        en: `Exclude the lab from the proxy: ${how}${inFile(asked)}, and roll out again.`,
        ja: `ラボをプロキシの対象から外し (${how})、もう一度展開してください。`,
      },
    };
  },
};

function isFile(asked: StatedProxy | undefined): boolean {
  return asked?.line !== undefined;
}

function inFile(asked: StatedProxy | undefined): string {
  return isFile(asked)
    ? ` in ${asked?.place ?? ''}`
    : ' in the shell from which Hoplab is started, or in /etc/environment';
}

function inWords(asked: StatedProxy): Text {
  const place = placeOf(asked);
  return { en: `${asked.proxy} (${place.en})`, ja: `${asked.proxy} (${place.ja})` };
}
