import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loopbackLab } from './loopback-lab.ts';
import { hoplabInPipe } from './pipe.ts';

const SECRETS = { HOPLAB_PASSWORD: 'any', HOPLAB_SUDO_PASSWORD: 'any', HOPLAB_PASSPHRASE: 'any' };

it('no program that the command line starts on this computer inherits the secrets of its environment', async () => {
  const { env, folder } = await loopbackLab();
  const file = join(folder, 'lab.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^client:.*$/m, 'client: this-computer'));
  const inherited = join(folder, 'inherited');
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'uname'), `#!/bin/sh\nenv >> ${inherited}\nexec /usr/bin/uname "$@"\n`, {
    mode: 0o755,
  });
  const path = `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`;
  await hoplabInPipe(['--accept-new', 'status'], { ...env, ...SECRETS, PATH: path });
  expect(existsSync(inherited)).toBe(true);
  expect(readFileSync(inherited, 'utf8')).toContain('PATH=');
  expect(readFileSync(inherited, 'utf8')).not.toMatch(/^HOPLAB_(?:PASSWORD|SUDO_PASSWORD|PASSPHRASE)=/m);
}, 60_000);
