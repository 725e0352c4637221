import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Output, OutputChunk, RunOptions } from '../machine.ts';

/** Keeps what a process prints, as text, and hands it on as it arrives. */
export class OutputCollector {
  readonly #text: Record<OutputChunk['stream'], string[]> = { stdout: [], stderr: [] };
  readonly #started = performance.now();
  readonly #limit: number;
  readonly #kept: boolean;
  #onOutput: RunOptions['onOutput'];
  #bytes = 0;
  #muted = false;
  #full: (error: Error) => void = () => undefined;
  /** Resolves when the process printed more than the limit, or when `onOutput` threw. */
  readonly failed: Promise<Error>;

  constructor(
    streams: { stdout: Readable; stderr: Readable },
    limit: number,
    { onOutput, keepOutput = true }: Pick<RunOptions, 'onOutput' | 'keepOutput'> = {},
  ) {
    this.#limit = keepOutput ? limit : Infinity;
    this.#kept = keepOutput;
    this.#onOutput = onOutput;
    this.failed = new Promise((resolve) => (this.#full = resolve));
    this.#read(streams.stdout, 'stdout');
    this.#read(streams.stderr, 'stderr');
  }

  /** Reads on, so that the process is not held up, but keeps nothing more. */
  mute(): void {
    this.#onOutput = undefined;
    this.#muted = true;
  }

  output(exitCode: number): Output {
    const { stdout, stderr } = this.#text;
    const duration = performance.now() - this.#started;
    return { stdout: stdout.join(''), stderr: stderr.join(''), exitCode, duration, at: Date.now() };
  }

  #read(source: Readable, stream: OutputChunk['stream']): void {
    const decoder = new StringDecoder('utf8');
    source.on('data', (data: Buffer) => {
      this.#bytes += data.length;
      if (this.#muted) return;
      if (this.#bytes > this.#limit) this.#full(new Error(`it printed more than ${this.#limit >> 20} MiB`));
      else this.#keep(stream, decoder.write(data));
    });
    source.on('end', () => this.#keep(stream, decoder.end()));
    source.on('error', (error) => this.#full(error));
  }

  #keep(stream: OutputChunk['stream'], text: string): void {
    if (text === '') return;
    if (this.#kept) this.#text[stream].push(text);
    try {
      this.#onOutput?.({ stream, text });
    } catch (error) {
      this.#full(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
