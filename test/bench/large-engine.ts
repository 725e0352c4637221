import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PageServer } from '../../src-main/browser/page-server.ts';
import type { Bundle } from '../../src-main/bundle/bundle.ts';
import type { LabDescription } from '../../src-main/contract/lab-session.ts';
import { labIdSchema, type LabId, type LabSummary } from '../../src-main/contract/labs.ts';
import { describeLab } from '../../src-main/engine/describe-lab.ts';
import { Engine } from '../../src-main/engine/engine.ts';
import { bareRecording } from '../../src-main/engine/lab-access.ts';
import { OpenLab } from '../../src-main/engine/open-lab.ts';
import { Redactor } from '../../src-main/rollout/redactor.ts';
import { root } from '../set-up/built.ts';
import type { LargeLab } from './large-lab.ts';
import { LargeMachine } from './large-machine.ts';

/** The engine with one generated lab in it, which changes by itself as a real one does. */
class LargeEngine extends Engine {
  readonly #open: OpenLab;
  readonly #summary: LabSummary;

  constructor(home: string, lab: LargeLab, bundle: Bundle, machines: ReadonlyMap<string, LargeMachine>) {
    super({ home, door: 'browser' });
    this.#open = new OpenLab({
      lab: lab.lab,
      access: async () => ({ lab: lab.lab, bundle, open: async () => machines }),
      redactor: new Redactor(),
      journal: join(home, 'journal'),
      paths: join(home, 'paths'),
      rules: join(home, 'rules.json'),
      durations: new Map(),
    });
    this.#summary = {
      id: labIdSchema.parse('large'),
      name: 'large',
      kind: 'lab',
      file: join(home, 'lab.yaml'),
      recording: null,
      nodes: lab.lab.nodes.length,
      problems: [],
      opens: true,
      lastOpened: null,
    };
  }

  override async listLabs(): Promise<LabSummary[]> {
    return [this.#summary];
  }

  override async openLab(): Promise<LabDescription> {
    return describeLab(this.#open.parts.lab, this.#summary);
  }

  override async lab(): Promise<OpenLab> {
    return this.#open;
  }

  override async *follow<Piece>(
    _id: LabId,
    stream: (lab: OpenLab) => AsyncIterable<Piece>,
  ): AsyncGenerator<Piece, void, undefined> {
    yield* stream(this.#open);
  }

  override async close(): Promise<void> {
    await this.#open.close();
    await super.close();
  }
}

/** A served window on a generated lab. */
export interface ServedLab {
  /** Opens the page; works once. */
  readonly link: string;
  /** What the control plane's watch says next. */
  readonly tell: (text: string) => void;
  readonly close: () => Promise<void>;
}

export async function serveLargeLab(lab: LargeLab): Promise<ServedLab> {
  const home = mkdtempSync(join(tmpdir(), 'hoplab-bench-'));
  const names = [...lab.lab.nodes.map(({ name }) => name), 'client'];
  const machines = new Map(names.map((name) => [name, new LargeMachine(name, lab)]));
  const { bundle } = await bareRecording(Infinity);
  const engine = new LargeEngine(home, lab, bundle, machines);
  let link = '';
  const onLink = (told: string) => (link = told);
  const server = new PageServer({ engine, folder: join(root, 'out', 'renderer'), port: 0, onLink });
  await server.listen();
  return {
    link,
    tell: (text) => machines.get(names[0] ?? '')?.tell(text),
    close: async () => {
      await server.close();
      await engine.close();
    },
  };
}
