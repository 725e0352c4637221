import { secondVersionIsReady } from '../checks/second-version-is-ready.ts';
import { apply, deleteApplied, hasApplied } from '../cluster/apply.ts';
import { nodesForPods, type SecondVersion } from '../lab/lab.ts';
import { firstEnvironment, secondVersionName } from '../lab/object-names.ts';
import type { LabContext } from '../plan/lab-context.ts';
import type { Plan } from '../plan/plan.ts';
import { secondVersionObjects } from './app.ts';
import { importImages } from './import-images.ts';
import { onEach, type Stage } from './stage.ts';

export const secondVersion: Stage = {
  id: 'second-version',
  title: { en: 'Second version of the app', ja: 'アプリの第 2 バージョン' },
  problem: {
    en: 'A new version of the app would replace the old one for everybody at once.',
    ja: 'アプリの新しいバージョンは、すべての利用者に対して一度に古いものと置き換わってしまう。',
  },
  solves: {
    en: 'It runs beside the first, with a Service of its own: no request reaches it until a route says so.',
    ja: '専用の Service を持って最初のバージョンと並んで動く。ルートが指定するまで、リクエストは届かない。',
  },
  needs: ['node-port'], // its namespace
  isPartOf: ({ optional }) => optional.secondVersion !== undefined,
  livesIn: 'cluster',
  checks: [secondVersionIsReady],

  async decide(context) {
    const { lab } = context;
    const second = lab.optional.secondVersion;
    if (!second) return [];
    const name = `${firstEnvironment(lab).name}/${secondVersionName(lab)}`;
    return [
      await ownImage(context, second),
      await apply(context, {
        stage: 'second-version',
        sentence: {
          en: `Run the second version of the app (${name})`,
          ja: `アプリの第 2 バージョン (${name}) を動かす`,
        },
        objects: secondVersionObjects(lab, second),
      }),
    ];
  },

  async undo(context) {
    if (!(await hasApplied(context, 'second-version'))) return [];
    return deleteApplied(context, 'second-version', ['deployments', 'services'], {
      en: 'Remove the second version of the app',
      ja: 'アプリの第 2 バージョンを取り除く',
    });
  },
};

/** The image of the first version is on the nodes already. */
async function ownImage(context: LabContext, { image }: SecondVersion): Promise<Plan> {
  const { lab } = context;
  if (image === lab.app.image) return [];
  return onEach(nodesForPods(lab), (node) => importImages(context, node, 'worker'));
}
