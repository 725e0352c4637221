import { verbatim } from '../contract/text.ts';
import { ownProxy, type OwnProxy } from '../facts/own-proxy.ts';
import { hostName, type Lab } from '../lab/lab.ts';
import { passedIf, type Check } from './check.ts';

export const clientAsksDirectly: Check = {
  id: 'client-asks-directly',
  sentence: {
    en: "This computer's own curl asks the lab's names directly, not a proxy",
    ja: 'このコンピュータの curl がラボの名前にプロキシを通さずアクセスする',
  },
  on: 'client',
  async ask(question) {
    const { lab, machineName } = question;
    const found = await question.read(machineName, ownProxy);
    const asked = found && !isSpared(lab, found) ? found : undefined;
    const zone = `.${lab.dns.zone}`;
    const left = `${zone},${lab.loadBalancer.vip}`;
    const how = asked?.place.startsWith('~') ? `\`noproxy = "${left}"\`` : `\`export no_proxy="$no_proxy,${left}"\``;
    return {
      status: passedIf(asked === undefined),
      expected: { en: `no proxy for ${zone}`, ja: `${zone} にはプロキシなし` },
      actual: asked ? verbatim(`${asked.proxy} (${asked.place})`) : { en: 'no proxy', ja: 'プロキシなし' },
      meaning: {
        en: "Hoplab's own requests ask no proxy; but the curl that you type would, and a proxy does not know the lab.",
        ja: 'Hoplab 自身のリクエストはプロキシを通らないが、手で打つ curl は通る。プロキシはラボを知らない。',
      },
      remedy: {
        en: `Leave the lab out: ${how}${inFile(asked?.place)}, and roll out again.`,
        ja: `ラボを対象から外し (${how})、もう一度展開してください。`,
      },
    };
  },
};

function inFile(place: OwnProxy['place'] | undefined): string {
  return place?.startsWith('~') ? ` in ${place}` : ' in the shell from which Hoplab is started, or in /etc/environment';
}

/** Whether all names of the lab are left out, as curl reads its list: a domain counts for the names below it. */
function isSpared(lab: Lab, { without }: OwnProxy): boolean {
  const names = lab.app.environments.map((environment) => hostName(lab, environment));
  const covers = (entry: string, name: string) => {
    const domain = entry.trim().replace(/^\./, '').toLowerCase();
    return domain === '*' || (domain !== '' && (name === domain || name.endsWith(`.${domain}`)));
  };
  return names.every((name) => without.some((entry) => covers(entry, name)));
}
