import { Readable } from 'node:stream';
import { caIsTrusted } from '../checks/ca-is-trusted.ts';
import { certificateFits } from '../checks/certificate-fits-names.ts';
import { httpRedirects } from '../checks/http-redirects.ts';
import { tlsIsRecent } from '../checks/tls-is-recent.ts';
import type { Issued } from '../authority/certificate-authority.ts';
import { applyChange, deleteApplied, hasApplied, missingObjects } from '../cluster/apply.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { labelled, type KubernetesObject } from '../cluster/manifest.ts';
import { readCustomObjects } from '../cluster/objects.ts';
import { servedCertificate, type ServedCertificate } from '../cluster/served-certificate.ts';
import { clock } from '../facts/clock.ts';
import { textFile } from '../facts/text-file.ts';
import { controlPlane, hostNames, type Lab } from '../lab/lab.ts';
import { zoneNames } from '../lab/own-apps.ts';
import { authorityFile, certificateName, firstEnvironment } from '../lab/object-names.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Change, Plan } from '../plan/plan.ts';
import { routeTaken } from './apply-route.ts';
import { authorityOnClient, withoutAuthority } from './authority-on-client.ts';
import {
  gatewayObject,
  isSecured,
  isSplit,
  plainRoute,
  redirectRoute,
  splitRoute,
  type AppListener,
} from './gateway-objects.ts';
import { requestRoute } from './header-routing.ts';
import { nginxSettled } from './nginx-settled.ts';
import type { Stage } from './stage.ts';

/** A certificate is renewed when it is valid for less than this. Seconds. */
const RENEWED = 30 * 24 * 3600;

export const tls: Stage = {
  id: 'tls',
  title: { en: 'TLS', ja: 'TLS' },
  problem: {
    en: 'Requests and responses cross the network unencrypted, and nothing proves to the client who answers.',
    ja: 'リクエストと応答は暗号化されずにネットワークを通り、誰が応答したのかをクライアントが確かめる方法もない。',
  },
  solves: {
    en: 'The Gateway gets an HTTPS listener with a certificate of a CA of the lab, and HTTP is redirected to it.',
    ja: 'Gateway がラボの CA の証明書を持つ HTTPS リスナーで待ち受け、HTTP はそこへリダイレクトされる。',
  },
  needs: ['gateway'],
  isPartOf: ({ optional }) => optional.tls !== undefined,
  livesIn: 'machines', // the client has the CA's certificate
  checks: [certificateFits, tlsIsRecent, httpRedirects, caIsTrusted],

  // requests are redirected to HTTPS once it was rolled out: the checks of the stages before it need a certificate that is served
  ahead: [{ after: 'metallb', decide: certificate }],

  async decide(context) {
    if (!context.lab.optional.tls) return [];
    const { served, renewed } = await certificates(context);
    return [
      renewed ? certificateIssued(context.lab, renewed) : [],
      await listening(context),
      await authorityOnClient(context, {
        pem: renewed ? async () => (await renewed()).authority : async () => served?.authority.toString() ?? '',
        known: renewed ? undefined : served?.authority,
      }),
    ];
  },

  async undo(context, scope) {
    const client = await withoutAuthority(context);
    if (scope?.clusterGoes || !(await hasApplied(context, 'tls'))) return client;
    return [...(await plainAgain(context)), client];
  },

  async undoLeft(context) {
    // the file is the first to come and the last to go, and everybody may read it: no password is asked for where it is not there
    const file = context.read('client', textFile(authorityFile(context.lab), false));
    const isGone = await file.then(
      (text) => text === undefined,
      () => false,
    );
    return isGone ? [] : withoutAuthority(context);
  },
};

async function certificate(context: LabContext): Promise<Plan> {
  if (!context.lab.optional.tls) return [];
  const { renewed } = await certificates(context);
  return renewed ? certificateIssued(context.lab, renewed) : [];
}

/** The certificates that are served, and what issues others where there are none that fit. */
async function certificates(context: LabContext): Promise<{
  readonly served: ServedCertificate | undefined;
  readonly renewed: (() => Promise<Issued>) | undefined;
}> {
  const { lab } = context;
  const secret = servedCertificate(firstEnvironment(lab).name, certificateName(lab));
  const served = await context.read(controlPlane(lab).name, secret);
  return { served, renewed: served && (await fits(context, served)) ? undefined : issueOnce(context) };
}

/** Whether a certificate is for the lab's names, and for a while. */
async function fits(context: LabContext, { certificate, authority }: ServedCertificate): Promise<boolean> {
  const now = await context.read(controlPlane(context.lab).name, clock);
  const isValid =
    Date.parse(certificate.validTo) / 1000 - now > RENEWED && Date.parse(certificate.validFrom) / 1000 <= now;
  const isSigned = certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
  return isValid && isSigned && zoneNames(context.lab).every((name) => certificate.checkHost(name) !== undefined);
}

/** Signs when it is first asked, and gives the same again. */
function issueOnce({ authority, lab }: LabContext): () => Promise<Issued> {
  let issued: Promise<Issued> | undefined;
  return () => (issued ??= authority.issue(lab, zoneNames(lab)));
}

/** The key goes from this computer to the API server alone, by standard input, which no journal and no recording has. */
function certificateIssued(lab: Lab, issue: () => Promise<Issued>): Change {
  return {
    ...applyChange(
      { lab },
      {
        en: `Issue a certificate for ${zoneNames(lab).join(', ')} by the CA of the lab`,
        ja: `ラボの CA で ${zoneNames(lab).join('、')} の証明書を発行する`,
      },
      [],
    ),
    input: async () => {
      const { certificate, key, authority } = await issue();
      const base64 = (text: string) => Buffer.from(text).toString('base64');
      const secret: KubernetesObject = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: certificateName(lab), namespace: firstEnvironment(lab).name },
        type: 'kubernetes.io/tls',
        data: { 'tls.crt': base64(certificate), 'tls.key': base64(key), 'ca.crt': base64(authority) },
      };
      const text = JSON.stringify(labelled(secret, 'tls'));
      return { content: () => Readable.from([text]) };
    },
  };
}

/** The Gateway with its HTTPS listener, the routes there, and the redirect. */
async function listening(context: LabContext): Promise<Plan> {
  const { lab } = context;
  const missing = await missingOf(context, await standing(context, 'https'), redirectRoute(lab));
  if (missing.length === 0) return [];
  const names = hostNames(lab).join(', ');
  return [
    applyChange(
      context,
      {
        en: `Serve ${names} by HTTPS, and redirect HTTP to it`,
        ja: `${names} を HTTPS で公開し、HTTP をそこへリダイレクトする`,
      },
      missing.map((object) => JSON.stringify(object)),
    ),
    listenerReady(lab),
    nginxSettled(lab),
    missing.filter(({ kind }) => kind === 'HTTPRoute').map((route) => routeTaken(context, route)),
  ];
}

/** An object and the stage that it belongs to. */
interface Owned {
  readonly stage: string;
  readonly object: KubernetesObject;
}

async function missingOf(
  context: LabContext,
  owned: readonly Owned[],
  redirect: KubernetesObject,
): Promise<readonly KubernetesObject[]> {
  // the redirect before the routes leave HTTP, so that it is never without a route
  const all = [{ stage: 'tls', object: redirect }, ...owned];
  return (await Promise.all(all.map(({ stage, object }) => missingObjects(context, stage, [object])))).flat();
}

/** The Gateway and the routes that are there, by a listener: those of other stages as they stand now. */
async function standing(context: LabContext, listener: AppListener): Promise<readonly Owned[]> {
  const { lab } = context;
  const { trafficSplit } = lab.optional;
  const isSplitNow = trafficSplit && (await readCustomObjects(context)).some(isSplit) ? trafficSplit : undefined;
  const routes = lab.app.environments.map((environment) =>
    isSplitNow && environment === firstEnvironment(lab)
      ? splitRoute(lab, isSplitNow, listener)
      : plainRoute(lab, environment, listener),
  );
  const byRequest = (await hasApplied(context, 'header-routing')) ? [requestRoute(lab, listener)] : [];
  return [
    ...[gatewayObject(lab, listener), ...routes].map((object) => ({ stage: 'gateway', object })),
    ...byRequest.map((object) => ({ stage: 'header-routing', object })),
  ];
}

function listenerReady(lab: Lab): Change {
  const programmed = '{.status.listeners[?(@.name=="https")].conditions[?(@.type=="Programmed")].status}';
  return {
    machine: controlPlane(lab).name,
    sentence: { en: 'Wait until NGINX listens for HTTPS', ja: 'NGINX が HTTPS で待ち受けるのを待つ' },
    command: kubectl`-n ${firstEnvironment(lab).name} wait gateway ${lab.gateway.name} --for=${`jsonpath=${programmed}=True`} --timeout=60s`,
  };
}

/** Requests for the app come by HTTP again; then certificate and redirect go. */
async function plainAgain(context: LabContext): Promise<readonly Plan[]> {
  const { lab } = context;
  const isOn = (await readCustomObjects(context)).some(isSecured);
  const stated = isOn ? await standing(context, 'http') : [];
  const documents = stated.map(({ stage, object }) => JSON.stringify(labelled(object, stage)));
  return [
    isOn
      ? [
          applyChange(
            context,
            {
              en: `Serve ${hostNames(lab).join(', ')} by HTTP again`,
              ja: `${hostNames(lab).join('、')} を再び HTTP で公開する`,
            },
            documents,
          ),
          nginxSettled(lab),
        ]
      : [],
    deleteApplied(context, 'tls', ['httproutes.gateway.networking.k8s.io', 'secrets'], {
      en: 'Remove the redirect and the certificate',
      ja: 'リダイレクトと証明書を取り除く',
    }),
  ];
}
