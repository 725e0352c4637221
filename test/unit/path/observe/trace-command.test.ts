import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nft } from '../../../../src-main/path/observe/nft-text.ts';
import { parseTraces } from '../../../../src-main/path/observe/parse-trace.ts';
import {
  BLIND,
  ENDED,
  markOf,
  READY,
  traceCommand,
  UNMARKED,
  UNREAD,
  WATCHED,
} from '../../../../src-main/path/observe/trace-command.ts';
import { hasProgram } from '../../has-program.ts';

const possible =
  process.getuid?.() === 0 &&
  hasProgram('nft', '--version') &&
  hasProgram('ip', '-V') &&
  hasProgram('curl', '--version') &&
  hasProgram('unshare', '--net', 'nft', 'list', 'ruleset');

const rules = {
  matches: [
    nft`ip saddr 10.9.0.1 ip daddr 10.9.0.2 tcp sport 41000-41004 tcp dport 80 tcp flags & 0x12 == 0x2 meta nftrace set 1`,
  ],
  ports: [80],
  marked: [],
};

const canMark = hasProgram('sh', '-c', 'iptables -V | grep -q nf_tables');

/** A network of its own: two addresses, the table of an earlier run, and whatever is to be done there. */
function inOwnNetwork(script: string): Promise<string> {
  const prepare =
    'ip link set lo up; ip addr add 10.9.0.1/32 dev lo; ip addr add 10.9.0.2/32 dev lo; nft add table ip hoplab_trace_1000_0ld';
  return new Promise((resolve, reject) => {
    const child = spawn('unshare', ['--net', 'sh', '-c', `${prepare}; ${script}`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('error', reject);
    child.on('close', () => resolve(text));
  });
}

const quoted = (command: string) => `'${command.replaceAll("'", `'\\''`)}'`;

describe.skipIf(!possible)('tracing on a node, in a real kernel', () => {
  const command = quoted(traceCommand({ id: 'ab12', mode: 'iptables', rules }));

  it('tells of the one request, and leaves nothing behind: neither its own table nor an old one', async () => {
    const request = 'curl -s -m 1 --interface 10.9.0.1 --local-port 41000-41004 http://10.9.0.2/';
    const text = await inOwnNetwork(
      `(sleep 1; ${request}; ${request.replace('41000-41004', '45000-45004')}; echo) | sh -c ${command}; nft list tables`,
    );
    expect(text).toContain(READY);
    expect(text).not.toContain(BLIND);
    const traces = parseTraces(text);
    expect(traces).toHaveLength(1);
    expect(traces[0]?.lines[0]).toMatchObject({
      packet: { source: '10.9.0.1', destination: '10.9.0.2', destinationPort: 80 },
    });
    expect(text.split('\n').filter((line) => line.startsWith('table '))).toEqual([]);
  });

  it.skipIf(!hasProgram('conntrack', '--version'))('tells when a flow began that begins at once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hoplab-trace-'));
    const tracking = `nft 'add table ip t; add chain ip t c { type filter hook input priority 0; }; add rule ip t c ct state new accept'`;
    const request = 'curl -s -m 1 --interface 10.9.0.1 --local-port 41000-41004 http://10.9.0.2/';
    const text = await inOwnNetwork(`cd ${folder}; mkfifo in; ${tracking}
sh -c ${command} < in > out 2> tracked & exec 3> in
for try in $(seq 100); do grep -q ${READY} out && break; sleep 0.05; done
${request}; echo >&3; wait; cat tracked`);
    rmSync(folder, { recursive: true });
    expect(text).toMatch(/^\[\d+\.\d+\]\s+\[NEW\] .* dst=10\.9\.0\.2 sport=4100\d dport=80/m);
  });

  it.skipIf(!canMark)('finds the mark of a request whoever sends it, and takes the rule away', async () => {
    const marking = quoted(traceCommand({ id: 'ab12', mode: 'iptables', rules: { ...rules, marked: [80] } }));
    const server = "require('http').createServer((_, answer) => answer.end()).listen(80, '10.9.0.2')";
    const request = 'curl -s -m 1 --interface 10.9.0.1 --local-port';
    const text = await inOwnNetwork(`iptables -t raw -A PREROUTING -m comment --comment hoplab_trace_1000_0ld -j TRACE
timeout 10 ${process.execPath} -e ${quoted(server)} &
(sleep 1; ${request} 45000-45004 -H 'X-Hoplab-Trace: ${markOf('ab12')}' http://10.9.0.2/; ${request} 46000-46004 http://10.9.0.2/; echo) | sh -c ${marking}
iptables -t raw -S PREROUTING; kill $!`);
    expect(parseTraces(text).map(({ lines: [first] }) => first)).toEqual([
      expect.objectContaining({
        table: 'raw',
        kind: 'packet',
        continues: true,
      }),
    ]);
    expect(text).toMatch(/sport 4500\d/);
    expect(text.split('\n').filter((line) => line.startsWith('-'))).toEqual(['-P PREROUTING ACCEPT']);
  });

  it('says that it cannot look for the mark', async () => {
    const marking = quoted(traceCommand({ id: 'ab12', mode: 'iptables', rules: { ...rules, marked: [80] } }));
    const legacy =
      'mkdir -p $folder; echo "echo iptables v1.8.9 (legacy)" > $folder/iptables; chmod +x $folder/iptables';
    const text = await inOwnNetwork(
      `folder=$(mktemp -d); ${legacy}; PATH=$folder:$PATH sh -c ${marking} < /dev/null; rm -r $folder`,
    );
    expect(text).toContain(UNMARKED);
    expect(text).toContain(READY);
  });

  /** Puts a program in place of the real one into `$folder`: where its arguments begin with these words it does this first. */
  const inPlaceOf = (program: string, words: string, script: string) =>
    `folder=$(mktemp -d); printf '#!/bin/sh\\nPATH=%s\\n%s\\n' "$PATH" ${quoted(`case "$*" in ${words}*) ${script} ;; esac; exec $(command -v ${program}) "$@"`)} > $folder/${program}; chmod +x $folder/${program}`;

  it('looks for the mark once more where iptables fails, and says in its words why it could not', async () => {
    const marking = quoted(traceCommand({ id: 'ab12', mode: 'iptables', rules: { ...rules, marked: [80] } }));
    const failing = (times: number) =>
      inOwnNetwork(
        `${inPlaceOf('iptables', '"-w 2 -t raw -I"', `echo >> \${0%/*}/tried; [ $(wc -l < \${0%/*}/tried) -gt ${times} ] || { echo iptables: busy. >&2; exit 4; }`)}; PATH=$folder:$PATH sh -c ${marking} < /dev/null; rm -r $folder`,
      );
    expect(await failing(2)).not.toContain(UNMARKED);
    expect(await failing(9)).toMatch(new RegExp(`^${UNMARKED} iptables: busy\\.`, 'm'));
  });

  it('waits for nft where it is late, but not for ever: then it says so', async () => {
    const request = 'curl -s -m 1 --interface 10.9.0.1 --local-port 41000-41004 http://10.9.0.2/';
    const late = (seconds: number) =>
      inOwnNetwork(
        `${inPlaceOf('nft', 'monitor', `echo $$ > \${0%/*}/pid`)}; (sleep 1; kill -STOP $(cat $folder/pid); ${request}; echo; sleep ${seconds}; kill -CONT $(cat $folder/pid)) | PATH=$folder:$PATH sh -c ${command}; sleep 0.2; rm -r $folder`,
      );
    const text = await late(1);
    expect(parseTraces(text)).toHaveLength(1);
    expect(text).toContain(WATCHED);
    const never = await late(5);
    expect(never).toContain(UNREAD);
    expect(never).not.toContain(WATCHED);
  });

  it('is over when nobody listens any more', async () => {
    const text = await inOwnNetwork(`sh -c ${command} < /dev/null | head -n 1; sleep 0.3; nft list tables`);
    expect(text.split('\n').filter((line) => line.startsWith('table '))).toEqual([]);
  });

  /** Runs it with a program that ends after half a second when it has begun with these words, and asks it to stop after more. */
  const withEnding = (program: string, words: string) =>
    inOwnNetwork(
      `${inPlaceOf(program, words, `exec timeout 0.5 $(command -v ${program}) "$@"`)}; (sleep 1.5; echo) | PATH=$folder:$PATH sh -c ${command}; rm -r $folder`,
    );

  it.skipIf(!hasProgram('conntrack', '--version'))('says at its end whether all has listened until then', async () => {
    expect(await withEnding('nft', 'nothing')).toContain(WATCHED);
    const [traced, tracked] = [await withEnding('nft', 'monitor'), await withEnding('conntrack', '-E')];
    expect(traced).toContain(`${ENDED} nft monitor trace\n`);
    expect(tracked).toContain(`${ENDED} conntrack\n`);
    expect(`${traced}${tracked}`).not.toContain(WATCHED);
  });

  it('says why it cannot trace', async () => {
    const broken = quoted(
      traceCommand({ id: 'ab12', mode: 'iptables', rules: { ...rules, matches: [nft`no rule at all`] } }),
    );
    expect(await inOwnNetwork(`sh -c ${broken} < /dev/null`)).toContain(BLIND);
  });
});
