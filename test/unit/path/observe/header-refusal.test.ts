import { describe, expect, it } from 'vitest';
import { buildPath } from '../../../../src-main/path/build-path.ts';
import { findHeaderRefusal } from '../../../../src-main/path/observe/header-refusal.ts';
import { makeWitness } from '../../../../src-main/path/observe/make-witness.ts';
import { readReply } from '../../../../src-main/path/observe/request-command.ts';
import { Reader } from '../../../../src-main/path/read-facts.ts';
import { exampleBundle } from '../../example-bundle.ts';
import { contextOf, type Reply } from '../../table-machine.ts';
import { sampledLab } from '../../topology/sampled-lab.ts';
import { knownOf, sampledReplies } from '../sampled-path.ts';

const LINE = 'while reading PROXY protocol, client: 192.168.2.50, server: 0.0.0.0:80';
const rewriteClientIP = { mode: 'ProxyProtocol', trustedAddresses: [{ type: 'CIDR', value: '192.168.2.0/24' }] };
const proxies = (spec: object) =>
  JSON.stringify({ items: [{ metadata: { name: 'own', namespace: 'nginx-gateway' }, spec }] });

/** How a path ends whose request NGINX closed, with what its log and the NginxProxies say. */
async function endOf(logged: Reply, spec: object = { rewriteClientIP }) {
  const { bundle } = await exampleBundle();
  const asked: string[] = [];
  const replies = sampledReplies('iptables', (command) => {
    asked.push(command);
    if (command.includes(' logs ')) return logged;
    return command.includes('get nginxproxies') ? { stdout: proxies(spec) } : undefined;
  });
  const known = await knownOf('http://192.168.2.201/', replies);
  const stderr = 'curl: (52) Empty reply from server\n';
  const reply = readReply(known.target, 'curl', {
    stdout: '\nhoplab 000 192.168.2.50 41001 192.168.2.201 80 0.001 0.002\n',
    stderr,
    exitCode: 52,
    duration: 9,
  });
  const nodes = [...known.facts.nodes.values()];
  const blind = { en: 'no nft', ja: 'nft がない' };
  const witness = makeWitness(nodes.map((node) => ({ node, command: '', traced: '', tracked: '', blind })));
  const seen = { reply, witness };
  const context = contextOf({ lab: sampledLab, bundle, replies });
  const reader = new Reader(context, new AbortController().signal);
  const refusal = await findHeaderRefusal(reader, buildPath(known, seen));
  return { end: buildPath(known, { ...seen, refusal }).end, asked };
}

describe('NGINX that expects the PROXY protocol closes the connection', () => {
  it('and its log says so: with the line, and the NginxProxy that asks for it', async () => {
    const { end, asked } = await endOf({ stdout: `${LINE}\n` });
    expect(end).toMatchObject({ cause: 'closed', because: 'proxy-protocol', basis: { kind: 'observed' } });
    expect(end.sentence.en).toContain(LINE);
    expect('evidence' in end && end.evidence.flatMap(({ lines }) => lines)).toContain(LINE);
    expect(end.sentence.en).toContain(
      `NginxProxy nginx-gateway/own: rewriteClientIP ${JSON.stringify(rewriteClientIP)}`,
    );
    const log = asked.find((command) => command.includes(' logs '));
    expect(log).toMatch(/-n shortener logs shortener-gateway-nginx-\S+ -c nginx --since=10s/);
  });

  it('an NginxProxy that asks for something else is not named', async () => {
    const { end } = await endOf({ stdout: `${LINE}\n` }, { rewriteClientIP: { mode: 'XForwardedFor' } });
    expect(end).toMatchObject({ because: 'proxy-protocol' });
    expect(end.sentence.en).not.toContain('NginxProxy');
  });

  it.each([
    ['its log has no such line', { exitCode: 1 }],
    ['its log tells of another client', { stdout: `${LINE.replace('.50', '.51')}\n` }],
    ['its log cannot be read', { stderr: 'error: container nginx is not valid\n', exitCode: 2 }],
  ])('the reason is not known where %s', async (_, logged) => {
    const { end } = await endOf(logged);
    expect(end).toMatchObject({
      cause: 'closed',
      because: null,
      sentence: { en: 'The client: curl: (52) Empty reply from server' },
    });
  });
});
