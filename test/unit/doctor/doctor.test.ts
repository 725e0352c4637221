import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findingSchema } from '../../../src-main/contract/doctor.ts';
import { withoutPrivate } from '../../../src-main/doctor/private-words.ts';
import { Redactor } from '../../../src-main/rollout/redactor.ts';
import { FakeMac } from '../../fake-programs/fake-mac.ts';
import { labText } from '../../lab-file/example.ts';
import { tempFolder } from '../../machines/temp-folder.ts';
import { hoplabInPipe } from '../cli/pipe.ts';

describe('hoplab doctor', { timeout: 60_000 }, () => {
  it('looks at a Mac, changes nothing, and writes a report without the names of user and home', async () => {
    const mac = new FakeMac();
    const home = join(mac.state, 'Users', 'taro');
    mac.set('Users/taro/x', '');
    const file = join(mac.state, 'report.txt');
    const env = {
      ...mac.env,
      HOME: home,
      LANG: 'en_US.UTF-8',
      https_proxy: 'http://taro:secretword@proxy.example:3128',
    };
    const { code, stdout, stderr } = await hoplabInPipe(['doctor', '--report', file], env);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('✓ macOS 26.1, arm64\n');
    expect(stdout).toContain('✓ No VPN of the system settings is connected\n');
    expect(stdout).toContain('there is no lab file here');
    const report = await readFile(file, 'utf8');
    expect(report).toContain('$ scutil --dns');
    expect(report).toContain('~/.hoplab');
    for (const word of [home, 'secretword']) expect(report).not.toContain(word);
  });

  it('ends with 1 where there is a problem, prints a line of JSON for each finding, and writes JSON as well', async () => {
    const mac = new FakeMac();
    mac.set('version', '11.0');
    const file = join(mac.state, 'report.json');
    const env = { ...mac.env, HOME: mac.state };
    const { code, stdout } = await hoplabInPipe(['--json', 'doctor', '--report', file], env);
    expect(code).toBe(1);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => findingSchema.parse(JSON.parse(line)));
    expect(lines.filter(({ status }) => status === 'problem').map(({ probe }) => probe)).toEqual(['system']);
    const report = JSON.parse(await readFile(file, 'utf8')) as { hoplab: string; findings: unknown[] };
    expect(report.findings).toHaveLength(lines.length);
  });

  it('looks at this very computer, whatever it is', async () => {
    const home = await tempFolder();
    const { code, stdout } = await hoplabInPipe(['--json', 'doctor'], { HOME: home });
    expect([0, 1]).toContain(code);
    const found = stdout
      .trim()
      .split('\n')
      .map((line) => findingSchema.parse(JSON.parse(line)));
    expect(found.find(({ probe }) => probe === 'home')).toMatchObject({ status: 'ok' });
    expect(found.find(({ probe }) => probe === 'programs')?.evidence[0]?.command).toContain('command -v');
  });

  it('says so where the lab file that was named is not there, or is wrong', async () => {
    const none = await hoplabInPipe(['-f', '/none/lab.yaml', 'doctor'], { HOME: await tempFolder() });
    expect(none.code).toBe(2);
    const mac = new FakeMac();
    mac.set('lab.yaml', labText({ 6: 'ssh: { user: 7 }' }));
    const wrong = await hoplabInPipe(['-f', join(mac.state, 'lab.yaml'), 'doctor'], { HOME: await tempFolder() });
    expect(wrong.code).toBe(2);
  });
});

it('a report has none of the names of user, home and computer, and all words of which they are a part', () => {
  const words = { home: '/Users/taro', user: 'taro', host: 'taros-mac.lan' };
  const told = 'key /Users/taro/.ssh/id, taro@10.0.0.1, kentaro, taros-mac.lan and taros-mac';
  expect(withoutPrivate({ told: [told] }, words, new Redactor())).toEqual({
    told: ['key ~/.ssh/id, USER@10.0.0.1, kentaro, THIS-COMPUTER and THIS-COMPUTER'],
  });
});
