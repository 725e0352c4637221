import { execFile } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { LabKubeconfig, removeContext } from '../../../src-main/engine/lab-kubeconfig.ts';
import { resetToo, takesCluster } from '../../../src-main/engine/reset-too.ts';
import type { Outcome } from '../../../src-main/engine/run.ts';
import type { RolloutEvent } from '../../../src-main/contract/events.ts';
import { askApiServer } from '../../../src-main/kubeconfig/ask-api-server.ts';
import { issueCertificate } from '../../../src-main/kubeconfig/client-certificate.ts';
import type { ShellCommand } from '../../../src-main/machines/command.ts';
import type { Output, RunOptions } from '../../../src-main/machines/machine.ts';
import { stagesOf } from '../../../src-main/stages/index.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { exampleBundle } from '../example-bundle.ts';
import { hasProgram } from '../has-program.ts';
import { certificateAuthority, type Authority } from '../kubeconfig/certificate-authority.ts';
import { contextOf, TableMachine } from '../table-machine.ts';

/** A control plane that signs what it is asked to with the real openssl, and answers as kubectl does. */
class SigningMachine extends TableMachine {
  readonly commands: string[] = [];
  readonly objects: unknown[] = [];
  readonly subjects: string[] = [];
  readonly #authority: Authority;

  constructor(authority: Authority, hasCluster = true) {
    super('k8s-master', (command) => {
      const files = ['admin.conf', 'kubelet.conf', 'kubeadm-done', 'kube-apiserver.yaml', 'member'];
      if (!command.includes('/etc/kubernetes/pki/ca.crt')) return undefined;
      const named = /\/\S+/g;
      const list = command.slice(command.indexOf(' in ') + 4, command.indexOf(';')).match(named) ?? [];
      const signs = list.map((file) => `${hasCluster && files.some((end) => file.endsWith(end)) ? '+' : '-'} ${file}`);
      return { stdout: `${signs.join('\n')}\n${hasCluster ? authority.certificate : ''}` };
    });
    this.#authority = authority;
  }

  override async run(command: ShellCommand, options: RunOptions = {}): Promise<Output> {
    if (!options.change) return super.run(command, options);
    expect(options.sudo).toBe(true);
    this.commands.push(command);
    let stdout = 'clusterrolebinding.rbac.authorization.k8s.io "hoplab-a-1" deleted\n';
    if (typeof options.input === 'string') {
      const [request, binding] = options.input
        .split('\n---\n')
        .map((text) => JSON.parse(text) as { spec?: { request: string } });
      this.objects.push(request, binding);
      const pem = Buffer.from(request?.spec?.request ?? '', 'base64').toString();
      const { certificate, subject } = this.#authority.sign(pem);
      this.subjects.push(subject);
      stdout = `${Buffer.from(certificate).toString('base64')}\n`;
    }
    return { stdout, stderr: '', exitCode: 0, duration: 1, at: Date.now() };
  }
}

const lab = labOf(labText());
let home: string;
let authority: Authority;
beforeEach(async () => {
  home = await tempFolder();
  authority = await certificateAuthority();
  vi.stubEnv('HOME', home);
  vi.stubEnv('KUBECONFIG', '');
  onTestFinished(() => void vi.unstubAllEnvs());
});

const config = () => join(home, '.kube', 'config');

async function kubeconfig(machine: SigningMachine, changed = lab): Promise<LabKubeconfig> {
  const { bundle } = await exampleBundle();
  const context = contextOf({ lab: changed, bundle, replies: () => undefined });
  const read: typeof context.read = async (_, fact) => fact.parse(await machine.run(fact.command, { accept: 'any' }));
  return new LabKubeconfig(changed, false, async () => ({ ...context, machine: () => machine, read }));
}

describe.skipIf(!hasProgram('openssl', 'version'))('the context of a lab', () => {
  it('has a certificate of its own, bound to cluster-admin, and its key is made here', async () => {
    const machine = new SigningMachine(authority);
    const written = await (await kubeconfig(machine)).write(false);
    expect(written).toMatchObject({ context: 'shortener', file: config(), copy: null, current: false });
    expect(written.user).toMatch(/^hoplab-[a-z0-9-]+-[0-9a-f]{6}$/);
    expect(machine.subjects).toEqual([`subject=O = hoplab, CN = ${written.user}`]);
    expect(machine.objects).toMatchObject([
      { kind: 'CertificateSigningRequest', metadata: { name: written.user }, spec: { expirationSeconds: 31_536_000 } },
      { kind: 'ClusterRoleBinding', subjects: [{ kind: 'User', name: written.user }] },
    ]);
    expect(JSON.stringify([machine.commands, machine.objects])).not.toContain('PRIVATE KEY');
    const text = readFileSync(config(), 'utf8');
    expect(text).toContain('server: https://192.168.2.10:6443');
    expect(statSync(config()).mode & 0o777).toBe(0o600);
    // the example's address is nobody's: it is said, and what was written stays
    expect(written.unreached?.title.en).toBe('https://192.168.2.10:6443 does not answer this computer');
  });

  it('is there once, and an earlier certificate ends when a new one is written', async () => {
    const machine = new SigningMachine(authority);
    const own = await kubeconfig(machine);
    const first = await own.write(true);
    const second = await own.write(false);
    expect([second.current, second.copy, first.user === second.user]).toEqual([
      true,
      `${config()}.before-hoplab`,
      false,
    ]);
    expect(machine.commands.at(-1)).toContain(`--field-selector=metadata.name!=${second.user}`);
    expect(readFileSync(config(), 'utf8').match(/name: shortener/g)).toHaveLength(3);
    expect(readFileSync(second.copy ?? '', 'utf8')).toContain('shortener');
  });

  it("keeps what is the user's, through a link, and takes only its own out again", async () => {
    const text =
      'apiVersion: v1\nkind: Config\ncurrent-context: work\nclusters: []\ncontexts: []\nusers: [] # none yet\n';
    mkdirSync(join(home, '.kube'));
    writeFileSync(join(home, 'dotfile'), text, { mode: 0o644 });
    symlinkSync(join(home, 'dotfile'), config());
    const own = await kubeconfig(new SigningMachine(authority));
    const { copy } = await own.write(false);
    expect([copy, readFileSync(copy ?? '', 'utf8')]).toEqual([join(home, 'dotfile.before-hoplab'), text]);
    expect(lstatSync(config()).isSymbolicLink()).toBe(true);
    expect(statSync(config()).mode & 0o777).toBe(0o600);
    expect(await own.remove()).toEqual({ files: [config()], revoked: true });
    expect(readFileSync(config(), 'utf8')).toContain('current-context: work');
    expect(readFileSync(config(), 'utf8')).not.toContain('shortener');
    expect(await own.remove()).toMatchObject({ files: [] });
  });

  it('stands where kubectl would write it: in the first file of KUBECONFIG that is there', async () => {
    const at = (name: string) => join(home, name);
    writeFileSync(at('b'), 'current-context: other\n');
    writeFileSync(at('c'), '');
    vi.stubEnv('KUBECONFIG', `${at('a')}:${at('b')}::${at('c')}`);
    const own = await kubeconfig(new SigningMachine(authority));
    expect(await own.write(true)).toMatchObject({ file: at('b'), current: true });
    expect([existsSync(at('a')), existsSync(config()), readFileSync(at('c'), 'utf8')]).toEqual([false, false, '']);
    vi.stubEnv('KUBECONFIG', `${at('none')}:${at('last')}`);
    expect(await own.write(false)).toMatchObject({ file: at('last'), copy: null });
  });

  it.each([
    [
      "a context of that name is somebody else's",
      'contexts:\n- name: shortener\n  context: {}\n',
      'already has a context',
    ],
    ['the file is broken', 'contexts: [', 'The kubeconfig cannot be used'],
  ])('is refused, with nothing signed or written, when %s', async (_, text, title) => {
    mkdirSync(join(home, '.kube'));
    writeFileSync(config(), text);
    const machine = new SigningMachine(authority);
    await expect((await kubeconfig(machine)).write(true)).rejects.toThrow(title);
    expect([machine.commands, readFileSync(config(), 'utf8')]).toEqual([[], text]);
  });

  it('is refused where there is no cluster, and while another program writes', async () => {
    await expect((await kubeconfig(new SigningMachine(authority, false))).write(false)).rejects.toThrow(
      'no cluster yet',
    );
    mkdirSync(join(home, '.kube'));
    writeFileSync(`${config()}.lock`, '');
    await expect((await kubeconfig(new SigningMachine(authority))).write(false)).rejects.toThrow('config.lock');
    expect([existsSync(config()), existsSync(`${config()}.lock`)]).toEqual([false, true]);
  });

  it('is taken by the real kubectl, and by a server that asks for its certificate', async () => {
    const machine = new SigningMachine(authority);
    const server = createServer(
      {
        cert: readFileSync(authority.server.cert),
        key: readFileSync(authority.server.key),
        ca: authority.certificate,
        requestCert: true,
      },
      (request, response) => {
        const { socket } = request;
        const subject = socket instanceof TLSSocket ? socket.getPeerCertificate().subject : undefined;
        response.writeHead(subject?.O === 'hoplab' ? 200 : 403).end('{}');
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const at = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const issued = await issueCertificate(machine, { name: 'hoplab-taro-1', owner: 'taro' });
    await askApiServer({ server: at, authority: authority.certificate, ...issued });
    const other = await certificateAuthority();
    await expect(askApiServer({ server: at, authority: other.certificate, ...issued })).rejects.toThrow('certificate');
    if (!hasProgram('kubectl', 'version', '--client')) return;
    await (await kubeconfig(machine)).write(true);
    const env = { ...process.env, KUBECONFIG: config() };
    const kubectl = async (...args: readonly string[]) => (await promisify(execFile)('kubectl', args, { env })).stdout;
    await kubectl('config', 'set-cluster', 'shortener', `--server=${at}`);
    expect(await kubectl('get', '--raw', '/')).toBe('{}');
  });
});

describe('a reset', () => {
  const done: Outcome = {
    event: 'rollout-finished',
    status: 'done',
    changes: 3,
    checks: { passed: 0, failed: 0, notApplicable: 0 },
    halfDone: [],
    duration: 1,
  };

  /** What is told, and the outcome. */
  async function resets(outcome: Outcome) {
    const told: RolloutEvent[] = [];
    const waiting = { event: 'waiting', machine: 'a', sentence: { en: 'x', ja: 'あ' } } as const;
    const work = resetToo(
      async ({ emit }) => {
        emit(waiting);
        emit(outcome);
        return outcome;
      },
      () => removeContext(lab),
    );
    const end = await work({ id: 'r', emit: (event) => void told.push(event), signal: new AbortController().signal });
    return { told: told.map(({ event }) => event), end };
  }

  it('takes the context along once the machines are bare, and not when it failed', async () => {
    const own = await kubeconfig(new SigningMachine(authority));
    await own.write(true);
    const failed = await resets({ ...done, status: 'failed' });
    expect([failed.told, readFileSync(config(), 'utf8').includes('shortener')]).toEqual([
      ['waiting', 'rollout-finished'],
      true,
    ]);
    const { told, end } = await resets(done);
    expect([told, end]).toEqual([['waiting', 'rollout-finished'], done]);
    expect(readFileSync(config(), 'utf8')).not.toMatch(/shortener|hoplab/);
  });

  it('is one, for this computer, whenever the cluster goes', () => {
    const stages = stagesOf(lab);
    const takes = (verb: 'up' | 'undo' | 'reset', stage?: string) => takesCluster({ verb, stage }, stages);
    expect([takes('reset'), takes('undo', 'prepare-nodes'), takes('undo', 'control-plane')]).toEqual([
      true,
      true,
      true,
    ]);
    expect([takes('undo', 'workers'), takes('up', 'control-plane'), takes('up')]).toEqual([false, false, false]);
  });

  it('says why the context could not be removed, and is done all the same', async () => {
    mkdirSync(join(home, '.kube'));
    writeFileSync(config(), 'contexts: [');
    const { end } = await resets(done);
    expect([end.status, end.explanation?.title.en]).toEqual([
      'done',
      expect.stringContaining('The kubeconfig cannot be used'),
    ]);
  });
});
