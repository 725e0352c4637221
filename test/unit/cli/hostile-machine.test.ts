import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ServerChannel } from 'ssh2';
import { describe, expect, it, onTestFinished } from 'vitest';
import { shown } from '../../../src-main/contract/shown.ts';
import { Terminal, paint } from '../../../src-main/cli/terminal.ts';
import { withPassword } from '../../machines/ssh2-answers.ts';
import { loopbackLab } from './loopback-lab.ts';
import { hoplabInPipe } from './pipe.ts';

const ESCAPE = '\u001b';
/** Sets a title, clears the screen, writes the clipboard, hides, goes back over the line, reorders it. */
const HOSTILE = `${ESCAPE}]0;owned\u0007${ESCAPE}[2J${ESCAPE}]52;c;cm0gLXJm${ESCAPE}\\\u009b8m\rdone · 86 changes\u202e\u0000\u007f`;
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

const hostile = (_command: string, channel: ServerChannel) => {
  channel.stderr.write(HOSTILE);
  channel.write(HOSTILE);
  channel.exit(1);
  channel.end();
};

/** A packet by which a server ends a connection, as it is sent before keys are exchanged (RFC 4253, sections 6 and 11.1). */
function disconnect(reason: string): Buffer {
  const text = Buffer.from(reason);
  const payload = Buffer.concat([Buffer.from([1]), uint32(2), uint32(text.length), text, uint32(0)]);
  const padding = 8 + ((8 - ((payload.length + 5) % 8)) % 8);
  return Buffer.concat([uint32(payload.length + padding + 1), Buffer.from([padding]), payload, Buffer.alloc(padding)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

describe('what a machine says is shown on the terminal, and never obeyed', () => {
  it.each([
    ['plan', 'plan'],
    ['status', 'status'],
    ['plan', '--json', 'plan'],
    ['up', 'up', '--to', 'connect'],
    ['up', '--verbose', 'up', '--to', 'connect'],
    ['trace', 'trace', 'http://192.168.2.200/'],
  ])('by %s', async (_name, ...args) => {
    const { env, folder } = await loopbackLab({ node: { exec: hostile }, jump: {} });
    const { stdout, stderr } = await hoplabInPipe(['--accept-new', '-f', `${folder}/lab.yaml`, ...args], {
      ...env,
      HOPLAB_PASSWORD: 'a password',
      FORCE_COLOR: '1',
    });
    const said = `${stdout}${stderr}`;
    expect(said).toMatch(/owned/); // it is told what the machine said
    expect(said.replaceAll(/\u001b\[(?:1|2|3|22|23|3[1-6]|39)m/g, '')).not.toMatch(OBEYED);
  });

  it('before the host key is known and while the login is refused', async () => {
    const { env, folder } = await loopbackLab({
      jump: {
        authenticate: (context) => {
          context.reject();
        },
      },
      node: { authenticate: withPassword('another') },
    });
    const { stdout, stderr } = await hoplabInPipe(['--accept-new', '-f', `${folder}/lab.yaml`, 'plan'], {
      ...env,
      HOPLAB_PASSWORD: HOSTILE.replaceAll('\0', ''),
    });
    expect(`${stdout}${stderr}`).not.toMatch(OBEYED);
  });

  it.each([
    ['a greeting', `${HOSTILE}\r\n`],
    ['its version', `SSH-2.0-${HOSTILE.replaceAll(/[\r\n\0]/g, '')}\r\n`],
    ['its reason to disconnect', Buffer.concat([Buffer.from('SSH-2.0-any\r\n'), disconnect(HOSTILE)])],
  ])('by what an SSH server says in %s, before there is a key', async (_name, words) => {
    const { env, folder, jump } = await loopbackLab();
    const server = createServer((socket) => void socket.on('error', () => undefined).end(words));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const file = join(folder, 'lab.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(`port: ${jump.port}`, `port: ${port}`));
    const { code, stdout, stderr } = await hoplabInPipe(['--accept-new', '-f', file, 'plan'], env);
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toContain('127.0.0.1');
    expect(`${stdout}${stderr}`).not.toMatch(OBEYED);
  });

  it('leaves our own styles, which no text can forge', () => {
    const terminal = new Terminal();
    expect(shown(`a\tb\nc${ESCAPE}[31md`)).toBe('a\tb\nc\\x1b[31md');
    expect(
      terminal
        .readable(paint.red(`x${ESCAPE}[0m`))
        .replaceAll(`${ESCAPE}[31m`, '')
        .replaceAll(`${ESCAPE}[39m`, ''),
    ).toBe('x\\x1b[0m');
    expect(shown('\u202e\u2066\ufeff')).toBe('\\u202e\\u2066\\ufeff');
  });
});

describe('a node that echoes the password that it was given', () => {
  const password = 'correct horse';
  const echoing = (_command: string, channel: ServerChannel) => {
    channel.stderr.write(`sudo: ${password}: not right; {"token":"Zm9vZm9vZm9vZm9v"}\n`);
    channel.exit(1);
    channel.end();
  };

  it.each([
    ['plan', 'plan'],
    ['status', '--json', 'status'],
    ['up', '--json', 'up', '--to', 'connect'],
    ['trace', 'trace', 'http://192.168.2.200/'],
  ])('has it redacted by %s', async (_name, ...args) => {
    const { env, folder } = await loopbackLab({ node: { exec: echoing, authenticate: withPassword(password) } });
    const { stdout, stderr } = await hoplabInPipe(['--accept-new', '-f', `${folder}/lab.yaml`, ...args], {
      ...env,
      HOPLAB_PASSWORD: password,
    });
    const said = `${stdout}${stderr}`;
    expect(said).toContain('[redacted]');
    expect(said).not.toMatch(/correct horse|Zm9vZm9v/);
  });
});
