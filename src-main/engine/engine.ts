import { join } from 'node:path';
import type { EventOf } from '../contract/events.ts';
import type { LabDescription } from '../contract/lab-session.ts';
import { labIdSchema, type LabId, type LabSummary, type RecordingLabel } from '../contract/labs.ts';
import { settingsSchema, type About, type Settings, type SettingsChange } from '../contract/settings.ts';
import type { Lab } from '../lab/lab.ts';
import { readLabFile } from '../lab/read-lab-file.ts';
import { KnownHosts } from '../machines/known-hosts.ts';
import type { Shell, ShellOptions } from '../machines/machine.ts';
import { Redactor } from '../rollout/redactor.ts';
import type { OpenMachines } from '../rollout/session.ts';
import { describeLab } from './describe-lab.ts';
import { journalFolder, knownHostsFile } from './home.ts';
import { JsonFile } from './json-file.ts';
import { stageDurations } from './journals.ts';
import { LabList } from './lab-list.ts';
import { OpenLab } from './open-lab.ts';
import { machineOpener } from './open-machines.ts';
import { Questions } from './questions.ts';
import { noSuchLab, notOpen } from './refusals.ts';
import { Terminals } from './terminals.ts';

/** A lab that was recorded, in the form in which it is opened. */
export interface RecordedLab {
  readonly lab: Lab;
  readonly open: OpenMachines;
  readonly label: RecordingLabel;
}

export interface EngineOptions {
  /** Hoplab's folder. */
  readonly home: string;
  readonly door: About['door'];
  readonly recording?: RecordedLab;
  /** Opens a shell beside the engine; absent: the door does not allow it. */
  readonly localShell?: (options: ShellOptions) => Promise<Shell>;
  /** Told when a rollout has ended: for notifications. */
  readonly onRolloutEnd?: (lab: Lab, outcome: EventOf<'rollout-finished'>) => void;
}

export const RECORDING: LabId = labIdSchema.parse('recording');

/** What every door calls: the labs, the open ones, and all that is asked and shown. Knows no transport and no Electron. */
export class Engine {
  readonly options: EngineOptions;
  readonly labs: LabList;
  readonly knownHosts: KnownHosts;
  readonly questions = new Questions();
  readonly terminals = new Terminals();
  readonly #settings: JsonFile<typeof settingsSchema>;
  readonly #open = new Map<LabId, Promise<OpenLab>>();

  constructor(options: EngineOptions) {
    const { home } = options;
    this.options = options;
    this.labs = new LabList(home);
    this.knownHosts = new KnownHosts(knownHostsFile(home));
    this.#settings = new JsonFile(join(home, 'settings.json'), settingsSchema, settingsSchema.parse({}));
  }

  /** The recording first. */
  async listLabs(): Promise<LabSummary[]> {
    const labs = await this.labs.list();
    const { recording } = this.options;
    return recording ? [recordingSummary(recording), ...labs] : labs;
  }

  /** Opens a lab and connects to its machines in the background. @throws LabFileError, Refused */
  async openLab(id: LabId): Promise<LabDescription> {
    const summary = id === RECORDING ? this.#recordingSummary() : await this.labs.add(await this.labs.file(id), true);
    const opening = this.#open.get(id) ?? this.#load(id);
    this.#open.set(id, opening);
    try {
      const lab = await opening;
      void lab.refresh();
      return describeLab(lab.parts.lab, summary);
    } catch (error) {
      this.#open.delete(id);
      throw error;
    }
  }

  /** A lab that is open. @throws Refused */
  async lab(id: LabId): Promise<OpenLab> {
    const lab = await this.#open.get(id);
    if (!lab) throw notOpen();
    return lab;
  }

  /** @throws Refused while a rollout runs */
  async closeLab(id: LabId): Promise<void> {
    const lab = await this.lab(id);
    await lab.close();
    this.terminals.closeAll(id);
    this.#open.delete(id);
  }

  async readSettings(): Promise<Settings> {
    return this.#settings.read();
  }

  async changeSettings(change: SettingsChange): Promise<Settings> {
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    return this.#settings.change((settings) =>
      settingsSchema.parse({ ...settings, ...given, view: { ...settings.view, ...change.view } }),
    );
  }

  /** The lab file of a lab, open or not. @throws LabFileError, Refused */
  async readLab(id: LabId): Promise<Lab> {
    if (id === RECORDING) return this.#recording().lab;
    return readLabFile(await this.labs.file(id));
  }

  async journals(id: LabId): Promise<string> {
    return journalFolder(this.options.home, (await this.readLab(id)).name);
  }

  /** Stops rollouts and closes everything: the door closes. */
  async close(): Promise<void> {
    this.questions.refuseAll();
    this.terminals.closeAll();
    const opened = await Promise.allSettled(this.#open.values());
    const labs = opened.flatMap((lab) => (lab.status === 'fulfilled' ? [lab.value] : []));
    await Promise.all(
      labs.map(async (lab) => {
        await lab.cancel();
        await lab.close();
      }),
    );
    this.#open.clear();
  }

  async #load(id: LabId): Promise<OpenLab> {
    const { onRolloutEnd } = this.options;
    const lab = await this.readLab(id);
    const redactor = new Redactor();
    const recording = id === RECORDING ? this.#recording() : undefined;
    const journal = recording ? undefined : journalFolder(this.options.home, lab.name);
    const { questions: prompts, knownHosts } = this;
    return new OpenLab(
      {
        lab,
        redactor,
        journal,
        open: recording?.open ?? machineOpener({ prompts, redactor, knownHosts }),
        recording: recording?.label ?? null,
        durations: journal === undefined ? new Map() : await stageDurations(journal),
      },
      (outcome) => onRolloutEnd?.(lab, outcome),
    );
  }

  #recordingSummary(): LabSummary {
    return recordingSummary(this.#recording());
  }

  #recording(): RecordedLab {
    const { recording } = this.options;
    if (!recording) throw noSuchLab();
    return recording;
  }
}

function recordingSummary({ lab, label }: RecordedLab): LabSummary {
  const { name, nodes } = lab;
  return {
    id: RECORDING,
    name,
    kind: 'recording',
    file: null,
    recording: label,
    nodes: nodes.length,
    problems: [],
    lastOpened: null,
  };
}
