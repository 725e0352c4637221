import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { Explanation } from '../contract/events.ts';
import type { RemovedContext, WrittenContext } from '../contract/kubeconfig.ts';
import { kubeadmState } from '../facts/kubeadm-state.ts';
import { askApiServer } from '../kubeconfig/ask-api-server.ts';
import { issueCertificate, revoke, type ClientCertificate } from '../kubeconfig/client-certificate.ts';
import {
  KubeconfigLocked,
  readKubeconfigs,
  writeKubeconfig,
  writtenOne,
  type KubeconfigFile,
} from '../kubeconfig/kubeconfig-files.ts';
import { KubeconfigBroken } from '../kubeconfig/kubeconfig-text.ts';
import { controlPlane, type Lab } from '../lab/lab.ts';
import { MachineError } from '../machines/errors.ts';
import type { LabContext } from '../plan/lab-context.ts';
import { contextTaken, kubeconfigLocked, kubeconfigUnusable, noCluster, noContextInRecording } from './refusals.ts';

/** The context of a lab in this user's kubeconfig. */
export class LabKubeconfig {
  readonly #lab: Lab;
  readonly #isRecording: boolean;
  readonly #context: () => Promise<LabContext>;

  /** @param context connects to the machines @throws MachineError */
  constructor(lab: Lab, isRecording: boolean, context: () => Promise<LabContext>) {
    this.#lab = lab;
    this.#isRecording = isRecording;
    this.#context = context;
  }

  /**
   * Has a certificate signed, and writes a context that uses it, named after the lab.
   * @param use whether kubectl uses it from now on without being told @throws Refused, MachineError
   */
  async write(use: boolean): Promise<WrittenContext> {
    if (this.#isRecording) throw noContextInRecording();
    const { name, file: labFile } = this.#lab;
    const node = controlPlane(this.#lab);
    const files = await usable(readKubeconfigs());
    const foreign = files.find(({ config }) => config.standing(name, labFile) === 'foreign');
    if (foreign) throw contextTaken(name, foreign.path);
    const context = await this.#context();
    const machine = context.machine(node.name);
    const { adminConf, unfinished, caCertificate } = await context.read(node.name, kubeadmState);
    if (!adminConf || unfinished || caCertificate === '') throw noCluster();
    const owner = ownerHere();
    const user = `hoplab-${owner}-${randomBytes(3).toString('hex')}`;
    const issued = await issueCertificate(machine, { name: user, owner });
    const server = `https://${node.address}:6443`;
    const entry = { name, labFile, server, authority: caCertificate, ...issued };
    const { path, copy, current } = await usable(putInto(files, entry, use));
    await revoke(machine, owner, user);
    const unreached = await reach(entry);
    return { context: name, file: path, copy, server, user, expires: issued.expires.toISOString(), current, unreached };
  }

  /** Takes the context out, and ends what its certificate may do where the cluster can be reached. @throws Refused */
  async remove(): Promise<RemovedContext> {
    if (this.#isRecording) throw noContextInRecording();
    const files = await removeContext(this.#lab);
    try {
      const context = await this.#context();
      const node = controlPlane(this.#lab).name;
      const { adminConf } = await context.read(node, kubeadmState);
      if (adminConf) await revoke(context.machine(node), ownerHere());
      return { files, revoked: true };
    } catch (error) {
      if (!(error instanceof MachineError)) throw error;
      return { files, revoked: false }; // a machine that is away does not keep the context here
    }
  }
}

/** Takes a lab's own entries out of each kubeconfig that has some. Returns their paths. @throws Refused */
export async function removeContext({ file: labFile }: Pick<Lab, 'file'>): Promise<string[]> {
  const changed: string[] = [];
  for (const file of await usable(readKubeconfigs())) {
    if (!file.config.remove(labFile)) continue;
    await usable(writeKubeconfig(file));
    changed.push(file.path);
  }
  return changed;
}

type Entry = Pick<ClientCertificate, 'certificate' | 'privateKey'> & {
  readonly name: string;
  readonly labFile: string;
  readonly server: string;
  readonly authority: string;
};

async function putInto(files: readonly KubeconfigFile[], entry: Entry, use: boolean) {
  const { name, labFile, server, authority, certificate, privateKey } = entry;
  const target = files.find(({ config }) => config.standing(name, labFile) === 'ours') ?? writtenOne(files);
  const [cert, key] = [base64(certificate), base64(privateKey)];
  target.config.put({ name, labFile, server, authority: base64(authority), certificate: cert, key });
  // of several files the first that names a current context counts
  const deciding = files.find(({ config }) => config.current !== '') ?? target;
  if (use) deciding.config.current = name;
  const copy = await writeKubeconfig(target);
  if (use && deciding !== target) await writeKubeconfig(deciding);
  return { path: target.path, copy, current: deciding.config.current === name };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** What is wrong with a kubeconfig, as a person reads it. */
async function usable<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof KubeconfigLocked) throw kubeconfigLocked(error.lock);
    const wrong = error instanceof KubeconfigBroken || (error instanceof Error && 'code' in error);
    throw wrong ? kubeconfigUnusable(error.message) : error;
  }
}

async function reach(entry: Entry): Promise<Explanation | null> {
  try {
    await askApiServer(entry);
    return null;
  } catch (error) {
    const { server } = entry;
    return {
      title: {
        en: `${server} does not answer this computer`,
        ja: `${server} がこのコンピューターに応答しません`,
      },
      detail: error instanceof Error ? error.message : String(error),
      remedy: {
        en: 'kubectl connects directly, not through SSH: use it where that address can be reached.',
        ja: 'kubectl は SSH を通さず直接つなぎます。このアドレスに届くところで使ってください。',
      },
    };
  }
}

/** `taro-laptop`: a label's value that names this user of this computer. */
function ownerHere(): string {
  const text = `${userInfo().username}-${hostname().split('.')[0] ?? ''}`.toLowerCase();
  return (
    text
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-/, '')
      .slice(0, 40)
      .replace(/-$/, '') || 'user'
  );
}
