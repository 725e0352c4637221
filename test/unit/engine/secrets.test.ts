import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SecretStore } from '../../../src-main/engine/secret-store.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { sampled, sampledLab } from '../topology/sampled-lab.ts';
import { exampleEngine, RECORDING } from './example-engine.ts';

/** Stands for the operating system's. */
const encryption = {
  encrypt: (text: string) => Buffer.from(text).toString('base64'),
  decrypt: (text: string) => Buffer.from(text, 'base64').toString(),
};

describe('remembered secrets', () => {
  it('are listed without the secret, under the name of their lab, and deleted', async () => {
    const { engine, client } = await exampleEngine(sampledLab, sampled, { encryption });
    await engine.secrets.keep(`${RECORDING} passphrase /keys/my key`, 'canary');
    const listed = await client.secrets.list();
    expect(listed).toMatchObject([{ lab: 'shortener', kind: 'passphrase', keyFile: '/keys/my key' }]);
    expect(JSON.stringify(listed)).not.toContain('canary');
    await client.secrets.forget({ id: listed[0]?.id ?? '' });
    expect(await client.secrets.list()).toEqual([]);
  });

  it('are encrypted where the system can', async () => {
    const home = await tempFolder();
    const store = new SecretStore(home, encryption);
    await store.keep('lab password', 'canary');
    expect(readFileSync(join(home, 'secrets.json'), 'utf8')).not.toContain('canary');
    expect(await store.read('lab password')).toBe('canary');
  });

  it('are in a file that nobody else reads where it cannot', async () => {
    const home = await tempFolder();
    await new SecretStore(home, undefined).keep('lab password', 'canary');
    const file = join(home, 'secrets-not-encrypted.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await new SecretStore(home, undefined).read('lab password')).toBe('canary');
    expect(await new SecretStore(home, encryption).read('lab password')).toBeUndefined();
  });
});
