import { join } from 'node:path';
import type { EventOf } from '../contract/events.ts';
import type { LabDescription } from '../contract/lab-session.ts';
import { labIdSchema, type LabId, type LabSummary } from '../contract/labs.ts';
import { settingsSchema, type About, type Settings, type SettingsChange } from '../contract/settings.ts';
import type { Lab } from '../lab/lab.ts';
import { readLabFile } from '../lab/read-lab-file.ts';
import { KnownHosts } from '../machines/known-hosts.ts';
import { RecordingUnusable } from '../machines/recorded/recording.ts';
import type { Shell, ShellOptions } from '../machines/machine.ts';
import { Redactor } from '../rollout/redactor.ts';
import { describeLab } from './describe-lab.ts';
import { journalFolder, knownHostsFile } from './home.ts';
import { JsonFile } from './json-file.ts';
import { stageDurations } from './journals.ts';
import { labAccess, shippedRecording, type RecordedAccess } from './lab-access.ts';
import { LabList } from './lab-list.ts';
import { OpenLab } from './open-lab.ts';
import type { Prompts } from './prompts.ts';
import { Questions } from './questions.ts';
import { notOpen } from './refusals.ts';
import { RememberedPrompts, SecretStore, type Encryption } from './secret-store.ts';
import { Terminals } from './terminals.ts';

export interface EngineOptions {
  /** Hoplab's folder. */
  readonly home: string;
  readonly door: About['door'];
  /** Opens the recording, so many times faster than it was; absent: the one that ships with Hoplab. */
  readonly recording?: (speed: number) => Promise<RecordedAccess>;
  /** The operating system's encryption; absent: secrets are not remembered. */
  readonly encryption?: Encryption | undefined;
  /** Opens a shell beside the engine; absent: the door does not allow it. */
  readonly localShell?: (options: ShellOptions) => Promise<Shell>;
  /** Told when a rollout has ended: for notifications. */
  readonly onRolloutEnd?: (lab: Lab, outcome: EventOf<'rollout-finished'>) => void;
}

const RECORDING: LabId = labIdSchema.parse('recording');

/** How many times faster than it was a recording is played when nobody says. */
const SPEED = 10;

/** What every door calls: the labs, the open ones, and all that is asked and shown. Knows no transport and no Electron. */
export class Engine {
  readonly options: EngineOptions;
  readonly labs: LabList;
  readonly knownHosts: KnownHosts;
  readonly questions = new Questions();
  readonly terminals = new Terminals();
  readonly #settings: JsonFile<typeof settingsSchema>;
  readonly #open = new Map<LabId, Promise<OpenLab>>();
  #summary: Promise<LabSummary | undefined> | undefined;

  constructor(options: EngineOptions) {
    const { home } = options;
    this.options = options;
    this.labs = new LabList(home);
    this.knownHosts = new KnownHosts(knownHostsFile(home));
    this.#settings = new JsonFile(join(home, 'settings.json'), settingsSchema, settingsSchema.parse({}));
  }

  /** The recording first, where there is a usable one. */
  async listLabs(): Promise<LabSummary[]> {
    const [recording, labs] = await Promise.all([this.#recordingSummary(), this.labs.list()]);
    return recording ? [recording, ...labs] : labs;
  }

  /**
   * Opens a lab and connects to its machines in the background.
   * @param speed of a recording that is not open yet
   * @throws LabFileError, BundleError, Refused
   */
  async openLab(id: LabId, speed = SPEED): Promise<LabDescription> {
    const summary = id === RECORDING ? undefined : await this.labs.add(await this.labs.file(id), true);
    const opening = this.#open.get(id) ?? this.#load(id, speed);
    this.#open.set(id, opening);
    try {
      const lab = await opening;
      void lab.refresh();
      const { access } = lab.parts;
      return describeLab(access.lab, summary ?? recordingSummary(access as RecordedAccess));
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
    if (id === RECORDING) return (await this.#recording(SPEED)).lab;
    return readLabFile(await this.labs.file(id));
  }

  /** The path of a lab's file; null for the recording. @throws Refused */
  async labFile(id: LabId): Promise<string | null> {
    return id === RECORDING ? null : this.labs.file(id);
  }

  async journals(id: LabId): Promise<string> {
    return journalFolder(this.options.home, id === RECORDING ? RECORDING : (await this.readLab(id)).name);
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

  async #load(id: LabId, speed: number): Promise<OpenLab> {
    const redactor = new Redactor();
    const { knownHosts } = this;
    const access =
      id === RECORDING
        ? await this.#recording(speed)
        : await labAccess(await this.readLab(id), { prompts: this.#prompts(id), redactor, knownHosts });
    const journal = await this.journals(id);
    const durations = await stageDurations(journal);
    return new OpenLab({ access, redactor, journal, durations }, (outcome) =>
      this.options.onRolloutEnd?.(access.lab, outcome),
    );
  }

  #prompts(id: LabId): Prompts {
    const { home, encryption } = this.options;
    if (!encryption) return this.questions;
    return new RememberedPrompts(this.questions, new SecretStore(home, encryption), id);
  }

  #recording(speed: number): Promise<RecordedAccess> {
    const { recording, home } = this.options;
    return recording ? recording(speed) : shippedRecording(home, speed);
  }

  /** Undefined where no usable recording ships with Hoplab. */
  async #recordingSummary(): Promise<LabSummary | undefined> {
    this.#summary ??= this.#recording(SPEED).then(recordingSummary, (error: unknown) => {
      if (error instanceof RecordingUnusable) return undefined;
      throw error;
    });
    return this.#summary;
  }
}

function recordingSummary({ lab, recording }: RecordedAccess): LabSummary {
  const { recorded, versions, speed } = recording;
  return {
    id: RECORDING,
    name: lab.name,
    kind: 'recording',
    file: null,
    recording: { date: recorded, versions: { ...versions }, speed: Number.isFinite(speed) ? speed : 0 },
    nodes: lab.nodes.length,
    problems: [],
    lastOpened: null,
  };
}
