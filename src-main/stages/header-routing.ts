import { versionByRequest } from '../checks/version-by-request.ts';
import { deleteApplied, hasApplied } from '../cluster/apply.ts';
import type { KubernetesObject } from '../cluster/manifest.ts';
import { hostName, type Lab } from '../lab/lab.ts';
import { firstEnvironment, secondVersionName } from '../lab/object-names.ts';
import { versionCases } from '../lab/version-cases.ts';
import { appListener, httpRoute, type AppListener } from './gateway-objects.ts';
import { applyRoute } from './apply-route.ts';
import type { Stage } from './stage.ts';

export const headerRouting: Stage = {
  id: 'header-routing',
  title: { en: 'Routing by the request', ja: 'リクエストの内容によるルーティング' },
  problem: {
    en: 'The host name alone decides where a request goes: a tester cannot choose the second version.',
    ja: 'リクエストの宛先はホスト名だけで決まり、テストする人が第 2 バージョンを指定できない。',
  },
  solves: {
    en: 'A second HTTPRoute for the same host matches header, cookie, method, path or query, and is more specific than the first.',
    ja: '同じホスト名の 2 つ目の HTTPRoute が、ヘッダー・Cookie・メソッド・パス・クエリを条件に持つ。条件が細かいので最初のルートより優先される。',
  },
  needs: ['gateway', 'second-version'],
  isPartOf: ({ optional }) => optional.headerRouting,
  livesIn: 'cluster',
  checks: [versionByRequest],

  async decide(context) {
    const { lab } = context;
    if (!lab.optional.headerRouting) return [];
    const host = hostName(lab, firstEnvironment(lab));
    return applyRoute(context, {
      stage: 'header-routing',
      sentence: {
        en: `Route requests to ${host} by header, cookie, method, path and query`,
        ja: `${host} へのリクエストをヘッダー・Cookie・メソッド・パス・クエリで振り分ける`,
      },
      route: requestRoute(lab, await appListener(context)),
    });
  },

  async undo(context) {
    if (!(await hasApplied(context, 'header-routing'))) return [];
    return deleteApplied(context, 'header-routing', ['httproutes.gateway.networking.k8s.io'], {
      en: 'Remove the route by header, cookie, method, path and query',
      ja: 'ヘッダー・Cookie・メソッド・パス・クエリによるルートを取り除く',
    });
  },
};

/** A rule for what is said in the request, and one for a path, whose prefix the pods are not to see. */
export function requestRoute(lab: Lab, listener: AppListener): KubernetesObject {
  const backendRefs = [{ name: secondVersionName(lab), port: 80 }];
  const matches = versionCases.filter(({ prefix }) => prefix === undefined).map(({ match }) => match);
  const paths = versionCases.filter(({ prefix }) => prefix !== undefined).map(({ match }) => match);
  const rewrite = { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } };
  return httpRoute(lab, { environment: firstEnvironment(lab), listener, name: `${lab.name}-by-request` }, [
    { matches, backendRefs },
    { matches: paths, filters: [rewrite], backendRefs },
  ]);
}
