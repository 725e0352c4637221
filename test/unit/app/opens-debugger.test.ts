import { expect, it } from 'vitest';
import { opensDebugger } from '../../../src-main/app/opens-debugger.ts';

it('knows every way to ask for a debugger', () => {
  const ways = [
    ...['--inspect', '--inspect=0', '--inspect-brk=127.0.0.1:9229', '--inspect-wait', '--inspect-publish-uid=http'],
    ...[
      '--remote-debugging-port=9222',
      '--remote-debugging-port',
      '-remote-debugging-port=0',
      '--remote-debugging-pipe',
    ],
    ...['--Remote-Debugging-Port=1', '/remote-debugging-port=1', '--debug', '--debug-brk', '--debug=5858'],
  ];
  for (const way of ways) expect([way, opensDebugger(['/opt/hoplab', way, 'lab.yaml'])]).toEqual([way, true]);
});

it('takes nothing else for one', () => {
  const others = [
    '/opt/hoplab',
    'lab.yaml',
    '--lang=ja',
    '--no-sandbox',
    '/home/me/inspect',
    'inspect',
    '--disable-gpu',
  ];
  expect(opensDebugger(others)).toBe(false);
});
