import { describe, expect, it } from 'vitest';
import { httpRequest } from '../../../src-main/path/http-request.ts';
import { sample } from '../topology/sampled-lab.ts';
import { knownOf, pathOf, sampledReplies } from './sampled-path.ts';

const asked: string[] = [];

/** The routes of the samples, with one that asks for the client's name. */
function byAgent(): string {
  const { items } = JSON.parse(sample('k-httproutes.json')) as { items: { spec: object }[] };
  const matches = [{ headers: [{ name: 'User-Agent', type: 'RegularExpression', value: '^curl/' }] }];
  return JSON.stringify({ items: items.map((item) => ({ ...item, spec: { ...item.spec, rules: [{ matches }] } })) });
}

async function requestOf(target: string, { agent = false, version = 'curl 8.5.0 (x86_64) libcurl/8.5.0' } = {}) {
  asked.length = 0;
  const replies = sampledReplies('iptables', (command) => {
    asked.push(command);
    if (command === 'curl --version') return version === '' ? { exitCode: 127 } : { stdout: version };
    return agent && command.includes('httproutes') ? { stdout: byAgent() } : undefined;
  });
  const known = await knownOf(target, replies);
  if (known.target.kind !== 'http' || known.target.to.kind !== 'host') throw new Error('no request to a host');
  return httpRequest(known, known.target, known.target.to.host);
}

const valueOf = ({ headers }: Awaited<ReturnType<typeof requestOf>>, wanted: string) =>
  headers.filter(({ name }) => name.toLowerCase() === wanted).map(({ value }) => value);

describe('what NGINX reads of a request', () => {
  it('has the headers that curl writes by itself, of each name one', async () => {
    const plain = await requestOf('http://192.168.2.201:8080/');
    expect(valueOf(plain, 'accept')).toEqual(['*/*']);
    expect(valueOf(plain, 'host')).toEqual(['192.168.2.201:8080']);
    expect(valueOf(plain, 'content-type')).toEqual([]);
    const given = await requestOf("curl -H 'accept: text/html' -d a=b http://192.168.2.201/");
    expect(valueOf(given, 'accept')).toEqual(['text/html']);
    expect(valueOf(given, 'content-type')).toEqual(['application/x-www-form-urlencoded']);
    expect(valueOf(given, 'content-length')).toEqual(['3']);
  });

  it('has the name of the client’s curl where a route asks for it', async () => {
    expect(valueOf(await requestOf('http://192.168.2.201/', { agent: true }), 'user-agent')).toEqual(['curl/8.5.0']);
    const own = await requestOf('curl -A mine http://192.168.2.201/', { agent: true });
    expect(valueOf(own, 'user-agent')).toEqual(['mine']);
    const silent = await requestOf('http://192.168.2.201/', { agent: true, version: '' });
    expect(silent.unknown?.has('user-agent')).toBe(true);
  });

  it('decides which rule of a route takes it, by that name as well', async () => {
    const agents = { name: 'User-Agent', type: 'RegularExpression', value: '^curl/' };
    const redirect = { type: 'RequestRedirect', requestRedirect: { hostname: 'a.example', statusCode: 302 } };
    const { items } = JSON.parse(sample('k-httproutes.json')) as { items: { spec: { rules: object[] } }[] };
    const rules = [{ matches: [{ headers: [agents] }], filters: [redirect] }, ...(items[0]?.spec.rules ?? [])];
    const changed = JSON.stringify({ items: items.map((item) => ({ ...item, spec: { ...item.spec, rules } })) });
    const replies = sampledReplies('iptables', (command) => {
      if (command === 'curl --version') return { stdout: 'curl 8.5.0 (x86_64) libcurl/8.5.0' };
      return command.includes(' httproutes') ? { stdout: changed } : undefined;
    });
    const last = async (options: string) => {
      const host = "-H 'Host: url-shortener.staging.k8s.local'";
      const { legs } = await pathOf(`curl ${options} ${host} http://192.168.2.201/`, replies);
      return legs.find(({ kind }) => kind === 'request')?.hops.at(-1);
    };
    const told = await last('');
    expect(told?.layer).toBe('gateway');
    expect(told?.sentence.en).toContain('a.example');
    expect(await last('-A mine')).toMatchObject({ layer: 'app' });
  });

  it('asks for that name only then', async () => {
    await requestOf('http://192.168.2.201/');
    expect(asked).not.toContain('curl --version');
  });

  it('has the address for the name of a node, as curl is given it', async () => {
    expect((await requestOf('http://k8s-worker1/')).host).toBe('192.168.2.11');
    expect((await requestOf("curl -H 'Host: Shop.k8s.local:81' http://k8s-worker1/")).host).toBe('shop.k8s.local');
  });
});
