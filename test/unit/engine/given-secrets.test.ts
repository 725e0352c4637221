import { execFileSync } from 'node:child_process';
import { expect, it, onTestFinished } from 'vitest';
import { givenSecret, takeGivenSecrets } from '../../../src-main/engine/given-secrets.ts';

it('secrets of the environment are known, and no child of this process inherits them', () => {
  process.env['HOPLAB_PASSWORD'] = 'one';
  process.env['HOPLAB_SUDO_PASSWORD'] = 'two';
  process.env['HOPLAB_PASSPHRASE'] = 'three';
  onTestFinished(() =>
    ['PASSWORD', 'SUDO_PASSWORD', 'PASSPHRASE'].forEach((name) =>
      Reflect.deleteProperty(process.env, `HOPLAB_${name}`),
    ),
  );
  takeGivenSecrets();
  expect([givenSecret('password'), givenSecret('sudo-password'), givenSecret('passphrase')]).toEqual([
    'one',
    'two',
    'three',
  ]);
  expect(execFileSync('env', { encoding: 'utf8' })).not.toMatch(/HOPLAB_(?:PASSWORD|SUDO_PASSWORD|PASSPHRASE)/);
});
