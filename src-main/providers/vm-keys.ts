import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { isAbsent } from '../is-absent.ts';
import type { Lab, LabNode } from '../lab/lab.ts';
import { StageRefused } from '../stages/stage-refused.ts';

/** A key pair in OpenSSH's formats. */
export interface KeyPair {
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA…` */
  readonly publicKey: string;
}

/** Of the pairs that ssh2 makes one in two hundred is none: it drops a first byte that is zero (mscdex/ssh2#1390). */
export function newKeyPair(): KeyPair {
  for (let left = 10; left > 0; left -= 1) {
    const { private: privateKey, public: publicKey } = ssh2.utils.generateKeyPairSync('ed25519', { comment: 'hoplab' });
    const pair = { privateKey, publicKey };
    if (isPair(pair)) return pair;
  }
  throw new Error('no key pair could be made');
}

/** Whether what one half signs is proved by the other. */
function isPair({ privateKey, publicKey }: KeyPair): boolean {
  const signing = ssh2.utils.parseKey(privateKey);
  const proving = ssh2.utils.parseKey(publicKey);
  if (signing instanceof Error || proving instanceof Error) return false;
  const data = Buffer.from('Hoplab');
  const proved: unknown = proving.verify(data, signing.sign(data)); // an Error where it cannot be done
  return proved === true;
}

/** The public key as known_hosts has it: the blob of RFC 4253 section 6.6. */
export function keyBlob({ publicKey }: KeyPair): Buffer {
  return Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
}

/** The private key with which Hoplab logs in to all VMs that it makes. @param home Hoplab's folder */
export function ownKeyFile(home: string): string {
  return join(home, 'machines', 'id_ed25519');
}

/** A lab of VMs, with Hoplab's own key where nothing else says how to log in. */
export function withOwnKey(lab: Lab, home: string): Lab {
  if (!lab.machines) return lab;
  const nodes = lab.nodes.map((node): LabNode => {
    const { key, agent, password } = node.ssh;
    return key !== undefined || agent || password ? node : { ...node, ssh: { ...node.ssh, key: ownKeyFile(home) } };
  });
  return { ...lab, nodes };
}

/** The public half of a node's key, which is made where it is Hoplab's own and is not there. @throws StageRefused without one */
export async function authorizedKey({ name, ssh: { key } }: LabNode, home: string): Promise<string> {
  const own = ownKeyFile(home);
  if (key === own) await makeKey(home, own);
  const file = key === undefined ? undefined : key.endsWith('.pub') ? key : `${key}.pub`;
  const text = file === undefined ? undefined : await textOf(file);
  const line = text?.trim().split('\n')[0] ?? '';
  if (/^(?:ssh|ecdsa|sk)-\S+ [A-Za-z0-9+/=]+(?: .*)?$/.test(line)) return line;
  throw noPublicKey(name, file);
}

async function makeKey(home: string, file: string): Promise<void> {
  if ((await textOf(`${file}.pub`)) !== undefined && (await textOf(file)) !== undefined) return;
  await mkdir(join(home, 'machines'), { recursive: true, mode: 0o700 });
  const { privateKey, publicKey } = newKeyPair();
  try {
    await writeFile(file, privateKey, { flag: 'wx', mode: 0o600 });
    await writeFile(`${file}.pub`, `${publicKey}\n`, { mode: 0o644 });
  } catch (error) {
    // another Hoplab makes it at this moment, or was killed between the two
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    await publish(file);
  }
}

/** Writes the public half of a private key. */
async function publish(file: string): Promise<void> {
  const parsed = ssh2.utils.parseKey(await readFile(file));
  if (parsed instanceof Error) throw parsed;
  await writeFile(`${file}.pub`, `${parsed.type} ${parsed.getPublicSSH().toString('base64')} hoplab\n`, {
    mode: 0o644,
  });
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function noPublicKey(node: string, file: string | undefined): StageRefused {
  const remedy = {
    en: 'Remove key, agent and password from ssh in the lab file: Hoplab then uses a key of its own. Or put the public key beside the private one.',
    ja: 'ラボファイルの ssh から key、agent、password を取り除くと、Hoplab は自分の鍵を使います。または秘密鍵の隣に公開鍵を置いてください。',
  };
  if (file === undefined) {
    const text = {
      en: `A VM for ${node} needs a public key, and the lab file names no key`,
      ja: `${node} の VM には公開鍵が必要だが、ラボファイルに鍵の指定がない`,
    };
    return new StageRefused(node, text, remedy);
  }
  const text = {
    en: `A VM for ${node} needs the public key ${file}, which is not there or is no public key`,
    ja: `${node} の VM には公開鍵 ${file} が必要だが、存在しないか公開鍵ではない`,
  };
  return new StageRefused(node, text, remedy);
}
