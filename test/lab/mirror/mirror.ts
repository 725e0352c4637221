import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { readBundle } from '../../../src-main/bundle/bundle.ts';
import { bin, root } from '../../set-up/built.ts';
import { installDebianPackages } from '../../set-up/debian-packages.ts';
import { info } from '../lab.ts';

/** The mirror inside the lab's network, at the router's address. */
export interface Mirror {
  /** For `mirrors:` and `ca:` of a lab file. */
  readonly url: string;
  readonly ca: string;
  /** For HOPLAB_CATALOGUE: the catalogue with the sums of what the lab has built; kubeadm's and some images' are left out. */
  readonly catalogue: string;
  /** Requests since the last call: `GET /path 200 BYTES`. */
  asked(): readonly string[];
  /** Cuts this share of the answers at a random byte. */
  cut(share: number): void;
  stop(): Promise<void>;
}

const ROUTER = '192.168.2.1';
const readySchema = z.object({ url: z.string(), ca: z.string(), digests: z.record(z.string(), z.string()) });

export async function startMirror(): Promise<Mirror> {
  installDebianPackages(['docker-registry']);
  const { bundle, switchNetns } = await info();
  const folder = join(dirname(bundle), 'mirror');
  const script = join(root, 'test', 'lab', 'mirror', 'serve-mirror.ts');
  const args = ['netns', 'exec', switchNetns, bin('node'), script, bundle, folder, ROUTER];
  const child = spawn('ip', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let asked: string[] = [];
  const ready = await new Promise<z.infer<typeof readySchema>>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('ready ')) resolve(readySchema.parse(JSON.parse(line.slice('ready '.length))));
      else asked.push(line);
    });
    child.once('exit', (code) => reject(new Error(`the mirror ended with ${String(code)}`)));
  });
  const catalogue = join(folder, 'catalogue.json');
  writeFileSync(catalogue, JSON.stringify(await labsCatalogue(bundle, ready.digests)));
  return {
    ...ready,
    catalogue,
    asked() {
      const all = asked;
      asked = [];
      return all;
    },
    cut: (share) => void child.stdin.write(`${JSON.stringify({ cut: share })}\n`),
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      await ended;
    },
  };
}

const catalogueSchema = z.looseObject({
  components: z.record(
    z.string(),
    z.looseObject({
      versions: z.record(
        z.string(),
        z.looseObject({
          files: z.array(
            z.looseObject({ name: z.string(), sha256: z.unknown().optional(), size: z.unknown().optional() }),
          ),
          images: z.array(
            z.looseObject({ reference: z.string(), digest: z.string().optional(), manifests: z.unknown().optional() }),
          ),
        }),
      ),
    }),
  ),
});

/** The catalogue as it ships, with the lab's own sums in place of the official ones where there are some. */
async function labsCatalogue(bundle: string, digests: Readonly<Record<string, string>>): Promise<unknown> {
  const { index } = await readBundle(bundle);
  const catalogue = catalogueSchema.parse(JSON.parse(readFileSync(join(root, 'resources', 'catalogue.json'), 'utf8')));
  const releases = Object.values(catalogue.components).flatMap(({ versions }) => Object.values(versions));
  for (const { files, images } of releases) {
    for (const file of files) {
      const own = index.files.find(({ name }) => name === file.name);
      delete file.size;
      if (file.sha256 !== undefined && own?.arch) file.sha256 = { [own.arch]: own.sha256 };
      if (file.sha256 === undefined) delete file.sha256;
    }
    for (const image of images) {
      delete image.manifests;
      if (image.digest !== undefined) image.digest = digests[image.reference] ?? image.digest;
    }
  }
  return catalogue;
}
