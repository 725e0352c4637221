import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../../machines/temp-folder.ts';
import { hoplabInPipe } from './pipe.ts';

it('serve ends at SIGTERM, though somebody holds a refused upgrade open', { timeout: 30_000 }, async () => {
  const home = await tempFolder();
  let asked = false;
  let answer = '';
  const ended = await hoplabInPipe(['serve', '--port', '0'], { HOME: home, HOPLAB_HOME: home }, (child, stdout) => {
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(stdout)?.[1]);
    if (asked || !port) return;
    asked = true;
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    socket.write(
      `GET /engine HTTP/1.1\r\nHost: 127.0.0.1:${String(port)}\r\nOrigin: http://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
    );
    socket.once('data', (data: Buffer) => {
      answer = data.toString();
      child.kill('SIGTERM'); // while our side of the connection stays open
    });
  });
  expect(answer).toMatch(/^HTTP\/1\.1 40[0-9] /);
  expect(ended.code).not.toBeNull();
});
