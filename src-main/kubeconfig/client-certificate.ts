import { createPrivateKey, X509Certificate } from 'node:crypto';
import { ADMIN_CONF, kubectl } from '../cluster/kubectl.ts';
import { sh } from '../machines/command.ts';
import { CommandFailed } from '../machines/errors.ts';
import type { Machine } from '../machines/machine.ts';
import { certificateRequest } from './certificate-request.ts';

/** Marks what belongs to contexts of a computer; its value is the owner. */
const OWNER_LABEL = 'hoplab.dev/kubeconfig';
/** Seconds. */
const YEAR = 365 * 24 * 3600;

export interface ClientCertificate {
  /** PEM; made on this computer, and never leaves it. */
  readonly privateKey: string;
  /** PEM. */
  readonly certificate: string;
  readonly expires: Date;
}

/** Who a certificate is for. */
export interface Holder {
  /** Common name, and name of the request and of the binding; another one for each certificate. */
  readonly name: string;
  /** The user and computer that it is for: a label's value. */
  readonly owner: string;
}

/**
 * Has the cluster sign a certificate for kubectl, for a year, and binds its name to cluster-admin: without the binding the
 * certificate is worth nothing. @param machine the control plane @throws MachineError
 */
export async function issueCertificate(
  machine: Machine,
  holder: Holder,
  signal?: AbortSignal,
): Promise<ClientCertificate> {
  const { name } = holder;
  const { privateKey, request } = certificateRequest({ organization: 'hoplab', name });
  const command = sh`
    export KUBECONFIG=${ADMIN_CONF}
    kubectl create -f - > /dev/null && kubectl certificate approve ${name} > /dev/null || exit
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
      signed=$(kubectl get certificatesigningrequest ${name} -o 'jsonpath={.status.certificate}') || exit
      [ -z "$signed" ] || break
      sleep 1
    done
    [ -n "$signed" ] && echo "$signed"`;
  const change = 'Sign a certificate for kubectl on the computer of the user';
  const output = await machine.run(command, { sudo: true, change, input: objects(holder, request), signal });
  const certificate = Buffer.from(output.stdout.trim(), 'base64').toString();
  const expires = expiry(certificate, privateKey);
  if (expires) return { privateKey, certificate, expires };
  throw new CommandFailed(machine.name, `${machine.name}: what was signed is no certificate of the key.`, {
    command,
    output,
  });
}

/** Ends what certificates of an owner may do, but for the one that is kept. @throws MachineError */
export async function revoke(machine: Machine, owner: string, keep?: string, signal?: AbortSignal): Promise<void> {
  const others = keep === undefined ? [] : [`--field-selector=metadata.name!=${keep}`];
  const command = kubectl`delete clusterrolebindings,certificatesigningrequests -l ${`${OWNER_LABEL}=${owner}`} ${others} --ignore-not-found`;
  await machine.run(command, { sudo: true, change: 'End what an earlier certificate for kubectl may do', signal });
}

function objects({ name, owner }: Holder, request: string): string {
  const metadata = { name, labels: { [OWNER_LABEL]: owner } };
  const signing = {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata,
    spec: {
      request: Buffer.from(request).toString('base64'),
      signerName: 'kubernetes.io/kube-apiserver-client',
      expirationSeconds: YEAR,
      usages: ['digital signature', 'client auth'],
    },
  };
  const binding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name }],
  };
  return [signing, binding].map((object) => JSON.stringify(object)).join('\n---\n');
}

/** Undefined for what is no certificate of that key. */
function expiry(certificate: string, privateKey: string): Date | undefined {
  try {
    const read = new X509Certificate(certificate);
    return read.checkPrivateKey(createPrivateKey(privateKey)) ? new Date(read.validTo) : undefined;
  } catch {
    return undefined; // no certificate at all
  }
}
