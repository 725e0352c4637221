import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { z } from 'zod';
import { pathSchema, type Path } from '../../src-main/contract/path.ts';
import { bin } from '../set-up/built.ts';
import { info } from './lab.ts';
import { labFilePath } from './lab-file.ts';
import { script } from './script.ts';

const tracedSchema = z.union([
  z.object({ path: pathSchema, strange: z.array(z.string()) }),
  z.object({ problem: z.string() }),
]);

/** One that follows requests on the lab over the same connections, as a window that is open does. */
export class Tracer {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #complaints: string[] = [];

  private constructor(child: ChildProcess) {
    this.#child = child;
    if (!child.stdout) throw new Error('it has no standard output');
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#complaints.push(text));
  }

  static async start(): Promise<Tracer> {
    const lab = await info();
    const quiet = '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON';
    const program = join(import.meta.dirname, 'trace-noted.ts');
    const args = ['client', bin('node'), quiet, program, labFilePath(lab), lab.ssh.knownHosts];
    return new Tracer(spawn(script, args, { stdio: 'pipe' }));
  }

  /**
   * The path of a target, each of whose lines stands in what a machine printed: of an observed hop in what was printed for this very
   * request, of another in a table that was read.
   */
  async trace(target: string): Promise<Path> {
    this.#child.stdin?.write(`${target}\n`);
    const line = await this.#lines.next();
    if (line.done) throw new Error(`${target} was not traced: ${this.#complaints.join('')}`);
    const traced = tracedSchema.parse(JSON.parse(line.value));
    if ('problem' in traced) throw new Error(`${target} was not traced: ${traced.problem}`);
    expect(traced.strange).toEqual([]);
    return traced.path;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin?.end();
    if (this.#child.exitCode === null) await ended;
  }
}

/** The path of a target, by one who connects anew: as `hoplab trace` on the command line. */
export async function tracedAnew(target: string): Promise<Path> {
  const tracer = await Tracer.start();
  try {
    return await tracer.trace(target);
  } finally {
    await tracer.stop();
  }
}
