import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { networkSettings, type NetworkSettingsError } from '../../src-main/downloads/network-settings.ts';
import { tempFolder } from '../machines/temp-folder.ts';
import { hasProgram } from '../unit/has-program.ts';
import { authority } from './certificates.ts';

const PROXY = 'http://proxy.test:3128';

test('nothing said is nothing set', async () => {
  expect(await networkSettings({}, { HTTPS_PROXY: '', HOPLAB_MIRROR: ' ' })).toEqual({
    mirrors: { base: undefined, hosts: {} },
    ...{ proxy: undefined, httpProxy: undefined, noProxy: '', ca: undefined },
  });
});

test('the environment, small letters first; ALL_PROXY for what has none of its own; a proxy without scheme is http', async () => {
  const environment = {
    HTTPS_PROXY: 'http://big',
    https_proxy: 'small:81',
    ALL_PROXY: PROXY,
    no_proxy: 'a,b',
    HOPLAB_MIRROR: 'https://m',
  };
  expect(await networkSettings({}, environment)).toMatchObject({
    ...{ proxy: 'http://small:81', httpProxy: PROXY, noProxy: 'a,b', mirrors: { base: 'https://m' } },
  });
});

test('the lab file comes before the environment; exceptions add up', async () => {
  const environment = {
    HTTPS_PROXY: 'http://other',
    HTTP_PROXY: 'http://other',
    NO_PROXY: 'a',
    HOPLAB_MIRROR: 'https://m',
  };
  const keys = { proxy: PROXY, noProxy: ['b'], mirrors: { 'GHCR.io': 'https://g' } };
  expect(await networkSettings(keys, environment)).toMatchObject({
    ...{
      proxy: PROXY,
      httpProxy: PROXY,
      noProxy: 'b,a',
      mirrors: { base: 'https://m', hosts: { 'ghcr.io': 'https://g' } },
    },
  });
  expect((await networkSettings({ mirrors: 'https://one' }, environment)).mirrors).toEqual({
    base: 'https://one',
    hosts: {},
  });
});

test('all that is wrong is said at once, with its place and without its value', async () => {
  const keys = {
    mirrors: { 'ghcr.io/x': 'https://g', 'quay.io': 'ftp://u:secret@q', 'r.test': 'https://m/?secret', 'e.test': '' },
    ca: '/not/there',
  };
  const failed = networkSettings(keys, { HTTPS_PROXY: 'socks5://u:secret@p', HTTP_PROXY: 'http://u:sec ret@p:port' });
  const error = (await failed.catch((reason: unknown) => reason)) as NetworkSettingsError;
  expect(error.problems.map(({ where }) => where).sort()).toEqual(
    [
      'mirrors.ghcr.io/x',
      'mirrors.quay.io',
      'mirrors.r.test',
      'mirrors.e.test',
      'HTTPS_PROXY',
      'HTTP_PROXY',
      'ca',
    ].sort(),
  );
  for (const { where, text } of error.problems) {
    expect(text.en).toContain(where === 'ca' ? '/not/there (ENOENT)' : where);
    expect(text.ja).toContain(where === 'ca' ? '/not/there' : where);
  }
  expect(`${error.text.en} ${error.text.ja}`).not.toMatch(/secret|sec ret/);
});

test.skipIf(!hasProgram('openssl', 'version'))(
  'a CA in PEM, several, or in DER; and a file that has none',
  async () => {
    const [one, two] = [await authority('One'), await authority('Two')];
    expect((await networkSettings({ ca: one.file }, {})).ca).toBe(one.ca);
    const folder = await tempFolder();
    const write = async (content: string | Buffer): Promise<string> => {
      await writeFile(join(folder, 'ca'), content);
      return join(folder, 'ca');
    };
    expect((await networkSettings({ ca: await write(`# of us\n${one.ca}\n${two.ca}`) }, {})).ca).toBe(one.ca + two.ca);
    const der = Buffer.from(one.ca.replaceAll(/-----.*-----|\n/g, ''), 'base64');
    expect((await networkSettings({ ca: await write(der) }, {})).ca).toBe(one.ca);
    const none = networkSettings({ ca: await write('hello') }, {});
    await expect(none).rejects.toMatchObject({
      problems: [{ where: 'ca', text: { en: expect.stringContaining('PEM') as unknown } }],
    });
  },
);
