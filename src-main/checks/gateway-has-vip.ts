import { verbatim } from '../contract/text.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { firstEnvironment } from '../lab/object-names.ts';
import { passedIf, type Check } from './check.ts';

export const gatewayHasVip: Check = {
  id: 'gateway-has-vip',
  sentence: {
    en: 'The Gateway is programmed and holds the VIP',
    ja: 'Gateway が設定済み (Programmed) で、VIP を持っている',
  },
  on: 'control-plane',
  patience: 90_000,
  async ask(question) {
    const { lab } = question;
    const format = 'jsonpath={.status.conditions[?(@.type=="Programmed")].status} {.status.addresses[*].value}';
    const { stdout } = await question.run(
      kubectl`-n ${firstEnvironment(lab).name} get gateway ${lab.gateway.name} -o ${format}`,
      { sudo: true },
    );
    return {
      status: passedIf(stdout.trim() === `True ${lab.loadBalancer.vip}`),
      expected: verbatim(`Programmed=True ${lab.loadBalancer.vip}`),
      actual: verbatim(`Programmed=${stdout.trim() || '—'}`),
      meaning: {
        en: 'NGINX has the configuration of this Gateway, and its Service has taken over the VIP.',
        ja: 'NGINX がこの Gateway の設定を受け取り、その Service が VIP を引き継いだ。',
      },
      remedy: {
        en: '`kubectl describe gateway -A` shows what is missing; `kubectl -n nginx-gateway logs deploy/nginx-gateway` shows why.',
        ja: '足りないものは `kubectl describe gateway -A`、理由は `kubectl -n nginx-gateway logs deploy/nginx-gateway` で分かります。',
      },
    };
  },
};
