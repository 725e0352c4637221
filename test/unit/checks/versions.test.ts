import { beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '../../../src-main/bundle/bundle.ts';
import type { Answer, Check } from '../../../src-main/checks/check.ts';
import { chanceInterval, shareInterval } from '../../../src-main/checks/share-interval.ts';
import { secondVersionIsReady } from '../../../src-main/checks/second-version-is-ready.ts';
import { sharesAsWeighted } from '../../../src-main/checks/shares-as-weighted.ts';
import { versionByRequest } from '../../../src-main/checks/version-by-request.ts';
import { labOf, labText } from '../../lab-file/example.ts';
import { exampleBundle } from '../example-bundle.ts';
import { contextOf, questionOf, type Replies } from '../table-machine.ts';

const PODS =
  'shortener-service shortener-service-1-a shortener-service-1-b\nshortener-v2 shortener-v2-1-a shortener-v2-1-b\n';

let bundle: Bundle;
beforeAll(async () => void ({ bundle } = await exampleBundle()));

async function ask(check: Check, optional: string, app: string, replies: Replies = () => ({})): Promise<Answer> {
  const lab = labOf(labText({ 9: `optional: ${optional}`, 10: app }));
  const all: Replies = (command, name) =>
    command.includes('get endpointslices') && check !== secondVersionIsReady
      ? { stdout: PODS }
      : replies(command, name);
  return check.ask(questionOf(contextOf({ lab, bundle, replies: all }), 'client'));
}

const actual = (answer: Answer) => (answer.status === 'not-applicable' ? '' : answer.actual.en);

describe('how far a share can be told', () => {
  it.each([
    [0, 500, 0, 0.00763],
    [500, 500, 0.99237, 1],
    [100, 500, 0.16726, 0.23729], // R: prop.test(100, 500, correct = FALSE)
    [1, 2, 0.09453, 0.90547],
  ])('%i of %i: from %f to %f', (hits, trials, from, to) => {
    const found = shareInterval(hits, trials);
    expect(found.from).toBeCloseTo(from, 4);
    expect(found.to).toBeCloseTo(to, 4);
  });

  it('is nothing at all without a trial', () => {
    expect(shareInterval(0, 0)).toEqual({ from: 0, to: 1 });
  });

  it('by chance, a fifth of 500 lies between 13 and 27 %; nothing and all are no chance', () => {
    expect(chanceInterval(0.2, 500).from).toBeCloseTo(0.1304, 4);
    expect(chanceInterval(0.2, 500).to).toBeCloseTo(0.2696, 4);
    expect(chanceInterval(0, 500)).toEqual({ from: 0, to: 0 });
    expect(chanceInterval(1, 500)).toEqual({ from: 1, to: 1 });
  });
});

describe('shares-as-weighted', () => {
  const counted = (lines: Readonly<Record<string, number>>, weight = 20) =>
    ask(sharesAsWeighted, `{ trafficSplit: { weight: ${weight} } }`, '', () => ({
      stdout: Object.entries(lines)
        .map(([line, count]) => `${String(count).padStart(7)} ${line}\n`)
        .join(''),
    }));

  it.each([
    [20, 'passed', { 'shortener-service-1-a 200': 200, 'shortener-service-1-b 200': 200, 'shortener-v2-1-a 200': 100 }],
    [20, 'passed', { 'shortener-service-1-a 200': 434, 'shortener-v2-1-a 200': 40, 'shortener-v2-1-b 200': 26 }],
    [20, 'failed', { 'shortener-service-1-a 200': 436, 'shortener-v2-1-a 200': 64 }],
    [20, 'failed', { 'shortener-service-1-a 200': 500 }],
    [20, 'failed', { 'shortener-service-1-a 200': 399, 'shortener-v2-1-a 200': 100, ' 503': 1 }],
    [20, 'failed', { 'shortener-service-1-a 200': 80, 'shortener-v2-1-a 200': 20 }],
    [20, 'failed', { 'shortener-service-1-a 200': 400, 'somebody-else 200': 100 }],
    [20, 'failed', {}],
    [0, 'passed', { 'shortener-service-1-a 200': 500 }],
    [0, 'failed', { 'shortener-service-1-a 200': 499, 'shortener-v2-1-a 200': 1 }],
    [100, 'passed', { 'shortener-v2-1-a 200': 500 }],
    [100, 'failed', { 'shortener-service-1-a 200': 1, 'shortener-v2-1-a 200': 499 }],
  ] as const)('with weight %i it %s: %o', async (weight, status, lines) => {
    expect((await counted(lines, weight)).status).toBe(status);
  });

  it('says the share, and how sure it is', async () => {
    expect(actual(await counted({ 'shortener-service-1-a 200': 400, 'shortener-v2-1-a 200': 100 }))).toBe(
      '100 of 500 (20.0 %); 95 % confidence interval 16.7 % to 23.7 %',
    );
    expect(actual(await counted({ 'shortener-service-1-a 200': 400, ' 503': 100 }))).toContain(
      '100 from neither version',
    );
  });

  it.each(['app: { image: example.com/app:1 }', ''])(
    'is not applicable where a pod does not say who it is: %s',
    async (app) => {
      const second = app === '' ? 'secondVersion: { image: example.com/app:2 }, ' : '';
      expect((await ask(sharesAsWeighted, `{ ${second}trafficSplit: {} }`, app)).status).toBe('not-applicable');
    },
  );
});

describe('version-by-request', () => {
  const answered = (isPicked: (command: string) => boolean, optional = '{ headerRouting: true }') =>
    ask(versionByRequest, optional, '', (command) => ({
      stdout: `shortener-${isPicked(command) ? 'v2' : 'service'}-1-a\n200`,
    }));
  const PICKS = ["'X-Version: v2'", 'version=v2', '-X PUT', '/v2/hostname', '?version=v2'];
  const right = (command: string) => PICKS.some((pick) => command.includes(pick));

  it('passes where each case reaches the second version, and a plain request the first', async () => {
    const answer = await answered(right);
    expect(actual(answer)).toMatch(/^header X-Version: v2: v2, .*, plain: v1$/);
    expect(answer.status).toBe('passed');
  });

  it.each(PICKS.slice(0, 4))('fails where %s does not', async (pick) => {
    const answer = await answered((command) => right(command) && !command.includes(pick));
    expect(answer.status).toBe('failed');
  });

  it('fails where all requests reach it, unless a share of them does', async () => {
    expect((await answered(() => true)).status).toBe('failed');
    expect((await answered(() => true, '{ headerRouting: true, trafficSplit: {} }')).status).toBe('passed');
  });
});

describe('second-version-is-ready', () => {
  it.each([
    ['10.244.1.8 10.244.2.6', 'passed'],
    ['10.244.1.8', 'failed'],
    ['', 'failed'],
  ])('with "%s" it %s', async (stdout, status) => {
    expect((await ask(secondVersionIsReady, '{ headerRouting: true }', '', () => ({ stdout }))).status).toBe(status);
  });
});
