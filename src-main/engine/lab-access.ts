import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { openBundle, type Bundle } from '../bundle/bundle.ts';
import { components, imagesOf } from '../bundle/catalogue.ts';
import { wholeReference } from '../bundle/image-reference.ts';
import { ownImages, type OwnImages } from '../bundle/own-images.ts';
import { readImageArchive } from '../bundle/read-image-archive.ts';
import { Cache } from '../downloads/cache.ts';
import { networkSettings } from '../downloads/network-settings.ts';
import { openOnline } from '../downloads/online-bundle.ts';
import { Registry } from '../downloads/registry.ts';
import type { Sources } from '../downloads/resolve-index.ts';
import { webClient, type NetworkSettings } from '../downloads/web-client.ts';
import type { Lab } from '../lab/lab.ts';
import { userImages } from '../lab/own-apps.ts';
import type { Standing } from '../machines/recorded/recorded-lab.ts';
import { readRecording } from '../machines/recorded/recording.ts';
import { openRecording } from '../rollout/open-recording.ts';
import type { LabAccess, OpenMachines } from '../rollout/session.ts';
import { cacheFolder, recordingFile, recordingStandingFile } from './home.ts';

export type SystemProxy = NetworkSettings['systemProxy'];

/**
 * A lab file's lab, with a bundle that can be used, or with what its publishers have.
 * @throws BundleError, NetworkSettingsError
 */
export async function labAccess(
  lab: Lab,
  home: string,
  open: OpenMachines,
  systemProxy?: SystemProxy,
): Promise<LabAccess> {
  const { version } = lab.kubernetes;
  const own = await labImages(lab);
  if (lab.source !== 'online') return { lab, bundle: await openBundle(lab.source.bundle, version, { own }), open };
  const settings = await labNetwork(lab, systemProxy);
  return {
    lab,
    bundle: (arch, signal) =>
      openOnline({ kubernetes: version, arch, apps: userImages(lab), own }, sourcesOf(home, settings), signal),
    open,
  };
}

/** What a lab runs of the archives that its file names. @throws BundleError */
export async function labImages(lab: Lab): Promise<OwnImages> {
  const { images, kubernetes } = lab;
  const known = Object.values(components(kubernetes.version)).flatMap(imagesOf);
  const archives: OwnImages[] = [];
  for (const archive of images) archives.push(await readImageArchive(archive));
  return ownImages(archives, new Set([...known, ...userImages(lab).map(wholeReference)]));
}

/** How publishers are reached: as the lab file says, else the environment, else for a window the system. @throws NetworkSettingsError */
export async function labNetwork(
  { network }: Pick<Lab, 'network'>,
  systemProxy?: SystemProxy,
): Promise<NetworkSettings> {
  const { mirrors, proxy, noProxy, ca } = network;
  return { ...(await networkSettings({ mirrors: mirrors.base ?? mirrors.hosts, proxy, noProxy, ca })), systemProxy };
}

/** The cache of this user, and the way to publishers. */
export function sourcesOf(home: string, settings: NetworkSettings): Sources {
  const web = webClient(settings);
  return { cache: new Cache(cacheFolder(home)), web, registry: new Registry(web) };
}

export type RecordedAccess = LabAccess & Required<Pick<LabAccess, 'recording'>> & { readonly bundle: Bundle };

/**
 * The recording that ships with Hoplab. It stands where it was left the last time, as machines would.
 * @throws RecordingUnusable when there is none
 */
export async function shippedRecording(home: string, speed: number): Promise<RecordedAccess> {
  const recording = await readRecording(recordingFile());
  const file = recordingStandingFile(home, recording.recorded);
  return openRecording(recording, { speed, standing: readStanding(file), save: (standing) => keep(file, standing) });
}

/** The recording on bare machines, whatever was done with it before. */
export async function bareRecording(speed: number): Promise<RecordedAccess> {
  return openRecording(await readRecording(recordingFile()), { speed });
}

const standingSchema = z.object({ made: z.array(z.number().int().nonnegative()), undone: z.string().optional() });

function readStanding(file: string): Standing | undefined {
  try {
    return standingSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined; // none yet, or not ours: bare machines
  }
}

/** At once, for the next command reads it; without `writeAtomically`, since nothing is lost with it and it is written at every change. */
function keep(file: string, standing: Standing): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, JSON.stringify(standing));
  renameSync(`${file}.part`, file);
}
