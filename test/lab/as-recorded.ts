import { ownHosts } from '../../src-main/lab/own-apps.ts';
import { results, type Played, type PlayedLab } from '../recording/play.ts';
import { withImagesOfHere } from './gateway-images.ts';

/**
 * What a rollout on the recording did, as a lab here does it that has no manifests of the user: without the names of the recorded ones,
 * and without the images that this computer has not.
 */
export function asRecorded({ access }: PlayedLab, { events }: Played): ReturnType<typeof results> {
  const { changes, checks } = results(events);
  const withoutOwnHosts = (change: string): string =>
    ownHosts(access.lab).reduce((text, host) => text.replaceAll(` ${host}`, ''), change);
  return { changes: changes.map(withoutOwnHosts).map(withImagesOfHere), checks };
}
