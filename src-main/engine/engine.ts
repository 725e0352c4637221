import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CertificateAuthority } from '../authority/certificate-authority.ts';
import type { EventOf, RolloutVerb } from '../contract/events.ts';
import type { LabDescription } from '../contract/lab-session.ts';
import { labIdSchema, type LabId, type LabSummary } from '../contract/labs.ts';
import { settingsSchema, type About, type Settings, type SettingsChange } from '../contract/settings.ts';
import type { Lab } from '../lab/lab.ts';
import type { LabFileAnswers } from '../lab/lab-file-template.ts';
import { readLabFile } from '../lab/read-lab-file.ts';
import { KnownHosts } from '../machines/known-hosts.ts';
import { RecordingUnusable } from '../machines/recorded/recording.ts';
import type { Shell, ShellOptions } from '../machines/machine.ts';
import { Redactor } from '../rollout/redactor.ts';
import type { OpenMachines, RecordingLabel } from '../rollout/session.ts';
import { describeLab } from './describe-lab.ts';
import type { ScannedHost } from './scan-host-keys.ts';
import { journalFolder, keptPlaces, knownHostsFile } from './home.ts';
import { JsonFile } from './json-file.ts';
import { stageDurations } from './read-journals.ts';
import { AppLauncher } from './launcher/app-launcher.ts';
import { labAccess, shippedRecording, type RecordedAccess, type SystemProxy } from './lab-access.ts';
import { labId, LabList } from './lab-list.ts';
import type { LabParts } from './lab-parts.ts';
import { OpenLab } from './open-lab.ts';
import type { VmSurroundings } from './lab-vms.ts';
import { vmImage } from './vm-image.ts';
import { withOwnKey } from '../providers/vm-keys.ts';
import { OpenLabs } from './open-labs.ts';
import { machineOpener } from './open-machines.ts';
import type { Prompts } from './prompts.ts';
import { Questions } from './waiting-questions.ts';
import { rolloutRuns } from './refusals.ts';
import { RememberedPrompts, SecretStore, type Encryption } from './secret-store.ts';
import { Terminals } from './open-terminals.ts';
import { VersionWatch } from './updates/version-watch.ts';
import { watchLabFile } from './watch-lab-file.ts';
import { createLabFile, replaceLabFile } from './write-lab-file.ts';

export interface EngineOptions {
  /** Hoplab's folder. */
  readonly home: string;
  readonly door: About['door'];
  /** Opens the recording, so many times faster than it was; absent: the one that ships with Hoplab. */
  readonly recording?: (speed: number) => Promise<RecordedAccess>;
  /** The program of the packaged app; absent: Hoplab runs from a checkout, or serves a page. */
  readonly program?: string | undefined;
  /** The operating system's encryption; absent: secrets that are to be remembered are kept as they are. */
  readonly encryption?: Encryption | undefined;
  /** Asks the user for a file by the system's own dialog; absent: there is none at this door. */
  readonly chooseFile?: () => Promise<string | undefined>;
  /** Opens a shell beside the engine; absent: the door does not allow it. */
  readonly localShell?: (options: ShellOptions) => Promise<Shell>;
  /** The system's proxy for an address; absent: the door does not know it. */
  readonly systemProxy?: SystemProxy;
  /** Told when a run has ended: for notifications. */
  readonly onRunEnd?: (lab: Lab, verb: RolloutVerb, outcome: EventOf<'rollout-finished'>) => void;
  /** Milliseconds for which what nobody follows any more stays open; absent: a minute. */
  readonly linger?: number;
  /** Asks the user; absent: by `questions`, and with the secrets that were remembered. */
  readonly prompts?: Prompts;
  /** Pin host keys that are not known yet without asking; default false. */
  readonly acceptNew?: boolean;
  /** Is told every secret that is asked for; absent: one of the engine's own. */
  readonly redactor?: Redactor;
}

/** A lab, and how it is got at: its bundle is looked at when it is connected to, and again after that failed. */
type Machines = Pick<LabParts, 'lab' | 'recording' | 'access' | 'knownHosts' | 'vms' | 'open'>;

const RECORDING: LabId = labIdSchema.parse('recording');

/** How many times faster than it was a recording is played when nobody says. */
const SPEED = 10;

/** What every door calls: the labs, the open ones, and all that is asked and shown. Knows no transport and no Electron. */
export class Engine {
  readonly options: EngineOptions;
  readonly labs: LabList;
  readonly knownHosts: KnownHosts;
  /** Is told every secret that is asked for: nothing leaves this door with one. */
  readonly redactor: Redactor;
  /** Keys that were shown to the user, by `ADDRESS:PORT FINGERPRINT`: what is accepted is the very key that was compared. */
  readonly shownKeys = new Map<string, ScannedHost>();
  readonly questions = new Questions();
  readonly terminals: Terminals;
  readonly secrets: SecretStore;
  readonly launcher: AppLauncher;
  readonly updates: VersionWatch;
  readonly #settings: JsonFile<typeof settingsSchema>;
  readonly #open: OpenLabs;
  #summary: Promise<LabSummary | undefined> | undefined;

  constructor(options: EngineOptions) {
    const { home, door, program, encryption, systemProxy, linger } = options;
    this.options = options;
    this.redactor = options.redactor ?? new Redactor();
    this.terminals = new Terminals(linger);
    this.#open = new OpenLabs(this.terminals, linger);
    this.secrets = new SecretStore(home, encryption);
    this.launcher = new AppLauncher({ program, door });
    this.labs = new LabList(home);
    this.knownHosts = new KnownHosts(knownHostsFile(home));
    this.#settings = new JsonFile(join(home, 'settings.json'), settingsSchema, settingsSchema.parse({}));
    this.updates = new VersionWatch({ home, systemProxy, isOn: async () => (await this.readSettings()).updates });
  }

  /** The recording first, where there is a usable one. */
  async listLabs(): Promise<LabSummary[]> {
    const [recording, labs] = await Promise.all([this.#recordingSummary(), this.labs.list()]);
    return recording ? [recording, ...labs] : labs;
  }

  /**
   * Opens a lab and connects to its machines in the background.
   * @param speed of a recording that is not open yet
   * @throws LabFileError, Refused
   */
  async openLab(id: LabId, speed = SPEED): Promise<LabDescription> {
    const summary = id === RECORDING ? undefined : await this.labs.add(await this.labs.file(id), true);
    const lab = await this.#open.open(id, async () => this.#load(id, await this.#machines(id, speed)));
    void lab.refresh();
    const { lab: described, recording } = lab.parts;
    return describeLab(described, summary ?? recordingSummary(described, recording), recording);
  }

  /**
   * Opens the lab of one command: it is connected to, and read, when the command needs it. Its file does not come into the list,
   * which is for the labs that the user keeps at hand, and not for those of scripts and trials. What is kept of a lab (journals,
   * paths) lies under its name, and is found from every door.
   * @param file undefined: the recording
   * @param bundle whether it is looked at now, or when the machines are connected to
   * @throws LabFileError, BundleError, RecordingUnusable
   */
  async openForCommand(file: string | undefined, speed: number, bundle: 'now' | 'later'): Promise<OpenLab> {
    const id = file === undefined ? RECORDING : labId(resolve(file));
    return this.#open.open(id, async () => {
      if (file === undefined) return this.#load(id, await this.#machines(id, speed), { forCommand: true });
      const machines = this.#ofFile(id, await readLabFile(file, { bundle }));
      if (bundle === 'now') await machines.access();
      return this.#load(id, machines, { forCommand: true });
    });
  }

  /** A lab that is open. @throws Refused */
  async lab(id: LabId): Promise<OpenLab> {
    return this.#open.get(id);
  }

  /** Reads a stream of an open lab, which stays open as long as somebody does. @throws Refused */
  follow<Piece>(id: LabId, stream: (lab: OpenLab) => AsyncIterable<Piece>): AsyncGenerator<Piece, void, undefined> {
    return this.#open.follow(id, stream);
  }

  /** Ends the streams, terminals and connections of a lab. @throws Refused while a rollout runs */
  async closeLab(id: LabId): Promise<void> {
    await this.#open.close(id);
  }

  /** Takes a lab out of the list and lets go of it. @throws Refused while a rollout runs */
  async forgetLab(id: LabId): Promise<void> {
    if (this.#open.has(id)) await this.closeLab(id);
    await this.labs.forget(id);
  }

  /** Writes a lab file, and closes the lab that it replaces. @throws LabFileError, Refused */
  async createLab(path: string, answers: LabFileAnswers, replace: boolean): Promise<LabSummary> {
    const file = resolve(path);
    const id = labId(file);
    if (replace && this.#open.has(id)) await this.closeLab(id);
    await createLabFile(answers, file, { replace, labs: await this.labs.known() });
    return this.labs.add(file);
  }

  /**
   * Writes a lab file anew and closes the lab, which is another one now. @throws Refused when the file is not as it `was`, or
   * while a rollout runs
   */
  async saveLab(id: LabId, text: string, was: string): Promise<LabSummary> {
    const file = await this.labs.file(id);
    if (this.#open.has(id) && (await this.lab(id)).runs) throw rolloutRuns();
    await replaceLabFile(file, text, was);
    if (this.#open.has(id)) await this.closeLab(id);
    return this.labs.add(file);
  }

  /** Opens a lab that is open anew, as its file describes it now. @throws Refused while a rollout runs; LabFileError */
  async reopenLab(id: LabId): Promise<void> {
    if (!this.#open.has(id)) return;
    await this.#open.replace(id, async ({ standing }) =>
      this.#load(id, this.#ofFile(id, await this.readLab(id), standing.open), { before: standing }),
    );
    void (await this.lab(id)).refresh();
  }

  /** The names of the labs whose rollout runs now: what would be stopped by closing the door. */
  get running(): readonly string[] {
    return this.#open.all.flatMap((lab) => (lab.runs ? [lab.parts.lab.name] : []));
  }

  /**
   * Opens an open lab anew where somebody has changed what its file says since, and says whether it did.
   * @throws Refused while a rollout runs; LabFileError where the file describes no lab now
   */
  async readAnew(id: LabId): Promise<boolean> {
    if (id === RECORDING) return false;
    const { parts } = await this.lab(id);
    const lab = withOwnKey(await this.readLab(id), this.options.home);
    if (isDeepStrictEqual(lab, parts.lab)) return false;
    await this.reopenLab(id);
    return true;
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
    return this.labs.lab(id);
  }

  /** The path of a lab's file; null for the recording. @throws Refused */
  async labFile(id: LabId): Promise<string | null> {
    return id === RECORDING ? null : this.labs.file(id);
  }

  async journals(id: LabId): Promise<string> {
    return journalFolder(this.options.home, await this.#folder(id));
  }

  /** Stops rollouts and closes everything: the door closes. */
  async close(): Promise<void> {
    this.questions.refuseAll();
    this.updates.close();
    this.terminals.closeAll();
    await this.#open.closeAll();
  }

  /** The name of a lab's folder in Hoplab's own. */
  async #folder(id: LabId): Promise<string> {
    return id === RECORDING ? RECORDING : (await this.readLab(id)).name;
  }

  async #load(
    id: LabId,
    machines: Machines,
    { forCommand = false, before }: Pick<LabParts, 'forCommand' | 'before'> = {},
  ): Promise<OpenLab> {
    const { redactor } = this;
    const { home, onRunEnd } = this.options;
    const name = machines.recording ? RECORDING : machines.lab.name;
    const places = keptPlaces(home, name);
    const durations = forCommand ? new Map<string, number>() : await stageDurations(places.journal);
    const parts = { ...machines, redactor, ...places, durations, forCommand, before };
    // who opens it again, or starts a rollout, is told why it cannot be
    const readAnew = () => void (lab.outdated ? this.reopenLab(id) : this.readAnew(id)).catch(() => undefined);
    const isWatched = id !== RECORDING && !forCommand;
    const unwatch = isWatched ? watchLabFile(await this.labs.file(id), readAnew) : undefined;
    const lab = new OpenLab({ ...parts, unwatch }, (verb, outcome) => {
      onRunEnd?.(parts.lab, verb, outcome);
      if (isWatched) readAnew();
    });
    return lab;
  }

  async #machines(id: LabId, speed: number): Promise<Machines> {
    if (id !== RECORDING) return this.#ofFile(id, await this.readLab(id));
    const access = await this.#recording(speed);
    return { lab: access.lab, recording: access.recording, access: async () => access };
  }

  /** @param before what opened its machines when its file was another one */
  #ofFile(id: LabId, read: Lab, before?: OpenMachines): Machines {
    const { knownHosts, redactor, options } = this;
    const { home, systemProxy } = options;
    const lab = withOwnKey(read, home);
    const prompts = options.prompts ?? new RememberedPrompts(this.questions, this.secrets, id);
    const dialog = options.door === 'desktop' && process.platform === 'darwin';
    const open =
      before ?? machineOpener({ prompts, redactor, knownHosts, acceptNew: options.acceptNew ?? false, dialog });
    const image: VmSurroundings['image'] = (of) => vmImage(of, home, systemProxy);
    const access = async (of: Lab = lab) => ({
      ...(await labAccess(of, home, open, systemProxy)),
      authority: new CertificateAuthority(this.secrets.authority(id)),
    });
    const vms = { home, knownHosts, open, image, access };
    return { lab, knownHosts, access: () => access(), open, ...(lab.machines && { vms }) };
  }

  #recording(speed: number): Promise<RecordedAccess> {
    const { recording, home } = this.options;
    return recording ? recording(speed) : shippedRecording(home, speed);
  }

  /** Undefined where no usable recording ships with Hoplab. */
  async #recordingSummary(): Promise<LabSummary | undefined> {
    this.#summary ??= this.#recording(SPEED).then(
      ({ lab, recording }) => recordingSummary(lab, recording),
      (error: unknown) => {
        if (error instanceof RecordingUnusable) return undefined;
        throw error;
      },
    );
    return this.#summary;
  }
}

function recordingSummary(lab: Lab, recording: RecordingLabel | undefined): LabSummary {
  const { recorded = '', versions = {}, speed = SPEED } = recording ?? {};
  return {
    id: RECORDING,
    name: lab.name,
    kind: 'recording',
    file: null,
    recording: { date: recorded, versions: { ...versions }, speed: Number.isFinite(speed) ? speed : 0 },
    nodes: lab.nodes.length,
    problems: [],
    opens: true,
    lastOpened: null,
  };
}
