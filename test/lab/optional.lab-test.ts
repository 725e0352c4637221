import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PlayedLab, results } from '../recording/play.ts';
import { finishedLab } from './finished-lab.ts';
import { hasGateway } from './gateway-images.ts';
import { client, exec, hoplab, writeLabFile, type CommandResult } from './lab.ts';
import { failures, finished, rollOut } from './roll-out.ts';
import { ALL, onlyWithAll } from './with-all.ts';

onlyWithAll(
  'stages that a lab file asks for besides, each undone alone (the tests of paths roll them out, follow them and undo them)',
);

const IDS = ['second-version', 'traffic-split', 'header-routing'];
const ask = (optional: object) => writeLabFile({ user: 'lab', set: { optional } });
const KUBECTL = 'KUBECONFIG=/etc/kubernetes/admin.conf kubectl -n staging';
const ROUTES = `${KUBECTL} get httproutes -o jsonpath='{.items[*].metadata.name}'`;

/** Which version answers a request of the client, without Hoplab. */
async function answers(options = ''): Promise<string> {
  const { stdout } = await client(`curl -s -m 5 ${options} http://url-shortener.staging.k8s.local/hostname`);
  return /^shortener-(service|v2)-/.exec(stdout)?.[1] ?? stdout;
}

const ASK = "curl -s -m 5 -o /dev/null -w '%{http_code}\\n' http://url-shortener.staging.k8s.local/hostname";

const statusesOf = ({ stdout }: CommandResult) => new Set(stdout.trim().split('\n'));

/** The statuses of requests that the client sends by HTTP, one after the other, while something is done, and once it is done. */
async function whileAsked<Result>(work: () => Promise<Result>) {
  const folder = await mkdtemp(join(tmpdir(), 'hoplab-asked-'));
  const asked = client(
    `for try in $(seq 20000); do [ -d ${folder} ] && [ ! -e ${folder}/done ] || break; ${ASK}; done`,
  );
  try {
    const result = await work();
    await writeFile(join(folder, 'done'), '');
    const meanwhile = statusesOf(await asked);
    return { result, meanwhile, then: statusesOf(await client(`for try in $(seq 200); do ${ASK}; done`)) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What of a run concerns these stages alone. */
function own({ changes, checks }: ReturnType<typeof results>): ReturnType<typeof results> {
  const isOwn = (line: string) => IDS.includes(line.split(' | ')[0] ?? '');
  return { changes: changes.filter(isOwn), checks: checks.filter(isOwn) };
}

describe.skipIf(!hasGateway || !ALL)('the stages that a lab file asks for besides', () => {
  beforeAll(finishedLab);
  afterAll(() => writeLabFile({ user: 'lab' }));

  test('up rolls them out on the finished lab, and nothing else, as in the recording', async () => {
    await ask({ trafficSplit: { weight: 20 }, headerRouting: true });
    const result = await rollOut(['up']);
    expect(failures(result)).toBe('');
    expect(results(result.events).changes.map((line) => line.split(' | ')[0])).toEqual(
      own(results(result.events)).changes.map((line) => line.split(' | ')[0]),
    );
    expect(own(results(result.events))).toEqual(own(results((await (await PlayedLab.open()).up()).events)));
    expect(finished(await rollOut(['up']))).toMatchObject({ status: 'done', changes: 0, checks: { failed: 0 } });
  });

  test('seen from outside as well: a header picks the second version, and without it most requests go to the first', async () => {
    expect(await answers("-H 'X-Version: v2'")).toBe('v2');
    const plain: string[] = [];
    for (let request = 0; request < 40; request += 1) plain.push(await answers());
    expect(new Set(plain)).toEqual(new Set(['service', 'v2']));
    expect(plain.filter((version) => version === 'service').length).toBeGreaterThan(20);
  });

  test('another weight is one change of the route, and none of the Gateway', async () => {
    await ask({ trafficSplit: { weight: 100 }, headerRouting: true });
    const result = await rollOut(['up']);
    expect(failures(result)).toBe('');
    expect(results(result.events).changes.map((line) => line.split(' | ')[2])).toEqual([
      'Send 100 % of the requests to url-shortener.staging.k8s.local to the second version',
      'Wait until NGINX has the HTTPRoute staging/shortener as it is now',
    ]);
    expect(await answers()).toBe('v2');
  });

  test('a weight that somebody changed is noticed, fails its check, and is changed back', async () => {
    const weights = JSON.stringify([{ op: 'replace', path: '/spec/rules/0/backendRefs/0/weight', value: 100 }]);
    await exec('cp', `${KUBECTL} patch httproute shortener --type=json -p '${weights}'; sleep 3`);
    const { stdout } = await hoplab(['plan', '--json']);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { stage?: string }).stage),
    ).toEqual(['traffic-split', 'traffic-split']);
    expect((await rollOut(['verify', 'traffic-split'])).exitCode).toBe(1);
    expect(failures(await rollOut(['up', '--to', 'traffic-split']))).toBe('');
  });

  test('one is undone alone: the others stay true', async () => {
    expect(failures(await rollOut(['undo', 'traffic-split']))).toBe('');
    expect(await answers()).toBe('service');
    expect(await answers("-b 'version=v2'")).toBe('v2');
    await ask({ headerRouting: true });
    expect(finished(await rollOut(['up']))).toMatchObject({ status: 'done', changes: 0, checks: { failed: 0 } });
  });

  describe('TLS', () => {
    /** NGINX may cut a request off while it takes up other routes. */
    const HTTPS = 'curl -s -m 5 --retry 2 --retry-all-errors https://url-shortener.staging.k8s.local/hostname';
    const FILE = '/etc/hoplab/shortener-ca.crt';
    /** With its own files: the CAs that its system trusts are there. */
    const onClient = (command: string) => exec('client', command);
    let said = '';

    test('serves every host, whatever else the routes say, and is trusted where that is asked for', async () => {
      await ask({ headerRouting: true, tls: { trustOnClient: true } });
      const { result, meanwhile, then } = await whileAsked(() => rollOut(['up']));
      expect(failures(result)).toBe('');
      expect(meanwhile).not.toContain('404');
      expect(then).toEqual(new Set(['301'])); // NGINX's pod has been replaced by then
      said = JSON.stringify(result.events);
      expect((await onClient(HTTPS)).stdout).toMatch(/^shortener-service-/);
      expect((await onClient(`${HTTPS} -H 'X-Version: v2'`)).stdout).toMatch(/^shortener-v2-/);
      expect((await onClient(HTTPS.replace('staging', 'prod'))).stdout).toMatch(/^shortener-service-/);
      const redirect = await onClient(
        "curl -s -o /dev/null -w '%{http_code} %{redirect_url}' http://url-shortener.staging.k8s.local/a?b",
      );
      expect(redirect.stdout).toBe('301 https://url-shortener.staging.k8s.local/a?b');
      expect(finished(await rollOut(['up']))).toMatchObject({ status: 'done', changes: 0, checks: { failed: 0 } });
    });

    test('the keys are where they have to be, and nowhere else', async () => {
      expect(said).toContain('tls');
      const logged = (await exec('cp', 'journalctl --no-pager -q')).stdout;
      expect(said + logged).not.toContain('PRIVATE KEY');
      const { stdout } = await exec('cp', `${KUBECTL} get secret shortener-tls -o jsonpath='{.data.tls\\.key}'`);
      expect(Buffer.from(stdout, 'base64').toString()).toContain('PRIVATE KEY');
      expect((await onClient(`grep -rl 'PRIVATE KEY' /etc/hoplab`)).stdout).toBe('');
    });

    test('a certificate that somebody replaced is noticed, and issued anew', async () => {
      const made =
        'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=other -keyout /tmp/k -out /tmp/c -days 5';
      const patch = `${KUBECTL} patch secret shortener-tls --type=merge -p "{\\"data\\":{\\"tls.crt\\":\\"$(base64 -w0 /tmp/c)\\",\\"tls.key\\":\\"$(base64 -w0 /tmp/k)\\"}}"`;
      await exec('cp', `${made} 2> /dev/null; ${patch}; sleep 3; rm /tmp/k /tmp/c`);
      expect((await rollOut(['verify', 'tls'])).exitCode).toBe(1);
      expect(failures(await rollOut(['up']))).toBe('');
      expect((await onClient(HTTPS)).stdout).toMatch(/^shortener-service-/);
    });

    test('another stage that is undone leaves it as it is', async () => {
      expect(failures(await rollOut(['undo', 'header-routing']))).toBe('');
      expect((await onClient(HTTPS)).stdout).toMatch(/^shortener-service-/);
    });

    test('trust that is asked for no more is taken back; the file stays', async () => {
      await ask({ tls: {} });
      expect(failures(await rollOut(['up']))).toBe('');
      expect((await onClient(HTTPS)).exitCode).toBe(60);
      expect((await onClient(`${HTTPS} --cacert ${FILE}`)).stdout).toMatch(/^shortener-service-/);
      expect(finished(await rollOut(['up']))).toMatchObject({ status: 'done', changes: 0, checks: { failed: 0 } });
    });

    test('is undone alone, and leaves nothing', async () => {
      const { result, meanwhile, then } = await whileAsked(() => rollOut(['undo', 'tls']));
      expect(failures(result)).toBe('');
      expect(meanwhile).not.toContain('404');
      expect(then).toEqual(new Set(['200']));
      expect(await answers()).toBe('service');
      expect((await onClient(HTTPS)).exitCode).not.toBe(0);
      expect((await onClient('ls -d /etc/hoplab')).exitCode).not.toBe(0);
      expect((await exec('cp', `${KUBECTL} get secrets -o name`)).stdout).not.toContain('shortener-tls');
    });
  });

  test('what the lab file asks for no more is undone by up, and leaves nothing', async () => {
    await writeLabFile({ user: 'lab' });
    expect(failures(await rollOut(['up']))).toBe('');
    expect((await exec('cp', ROUTES)).stdout).toBe('shortener');
    expect((await exec('cp', `${KUBECTL} get deployments,services -o name`)).stdout).not.toContain('v2');
    expect(await answers("-H 'X-Version: v2'")).toBe('service');
  });
});

test('a stage that the lab does not have is refused, with the place where it is asked for', async () => {
  await writeLabFile({ user: 'lab' });
  const { exitCode, stderr } = await hoplab(['up', '--to', 'traffic-split']);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/This lab has no stage traffic-split: write it under optional in \S+lab\.yaml\./);
});
