import { platform } from 'node:os';
import type { About } from '../../contract/settings.ts';
import { readCatalogue } from '../../bundle/catalogue.ts';
import { version } from '../../version.ts';
import { listJournals, readJournal, writeSupportBundle } from '../read-journals.ts';
import { systemLanguage } from '../system-language.ts';
import { procedures, told } from './base.ts';
import { componentProcedures } from './components.ts';
import { hostKeyProcedures } from './host-keys.ts';
import { kubeconfigProcedures } from './kubeconfig.ts';
import { launcherProcedures } from './launcher.ts';
import { machineProcedures } from './machines.ts';
import { openLabProcedures, rolloutProcedures, topologyProcedures } from './lab.ts';
import { nodeProcedures } from './lab-nodes.ts';
import { optionalProcedures } from './optional-stages.ts';
import { labProcedures } from './labs.ts';
import { pathProcedures } from './paths.ts';
import { secretProcedures } from './secrets.ts';
import { terminalProcedures } from './terminals.ts';
import { updateProcedures } from './updates.ts';

const { about, questions, rules, settings, journals } = procedures;

const PLATFORMS: Readonly<Record<string, About['platform']>> = { darwin: 'macos', linux: 'linux', win32: 'windows' };

/** The engine behind the contract. A door gives each call the engine as its context. */
export const router = procedures.router({
  about: about.handler(({ context: { engine } }) => ({
    hoplab: version,
    door: engine.options.door,
    platform: PLATFORMS[platform()] ?? 'other',
    systemLanguage: systemLanguage(),
    home: engine.options.home,
    localTerminal: engine.options.localShell !== undefined,
    chooseFile: engine.options.chooseFile !== undefined,
    secretStore: engine.options.encryption ? 'system' : 'file',
    kubernetesVersions: Object.keys(readCatalogue().kubernetes),
  })),
  components: componentProcedures,
  labs: labProcedures,
  lab: openLabProcedures,
  rollouts: rolloutProcedures,
  nodes: nodeProcedures,
  optional: optionalProcedures,
  topology: topologyProcedures,
  hostKeys: hostKeyProcedures,
  secrets: secretProcedures,
  questions: {
    watch: questions.watch.handler(async function* ({ context: { engine }, signal }) {
      yield* told(engine.questions.follow(signal), engine);
    }),
    answer: questions.answer.handler(({ context: { engine }, input }) =>
      engine.questions.answer(input.question, input.answer),
    ),
  },
  settings: {
    read: settings.read.handler(({ context: { engine } }) => engine.readSettings()),
    change: settings.change.handler(({ context: { engine }, input }) => engine.changeSettings(input)),
  },
  journals: {
    list: journals.list.handler(async ({ context: { engine }, input }) =>
      listJournals(await engine.journals(input.lab)),
    ),
    read: journals.read.handler(async function* ({ context: { engine }, input: { lab, rollout }, signal }) {
      yield* told(readJournal(await engine.journals(lab), rollout, signal), engine);
    }),
    supportBundle: journals.supportBundle.handler(async ({ context: { engine }, input: { lab } }) => {
      const { home } = engine.options;
      if (lab === undefined) return writeSupportBundle(home);
      // a lab file that is broken is what help is asked for: then its journals have no name to be found by
      const folder = await engine.journals(lab).catch(() => undefined);
      return writeSupportBundle(home, { file: await engine.labFile(lab), journals: folder });
    }),
  },
  terminals: terminalProcedures,
  paths: pathProcedures,
  rules: {
    ofService: rules.ofService.handler(async ({ context: { engine }, input: { lab, ...asked }, signal }) =>
      (await engine.lab(lab)).rules.of(asked, signal),
    ),
  },
  kubeconfig: kubeconfigProcedures,
  launcher: launcherProcedures,
  machines: machineProcedures,
  updates: updateProcedures,
});
