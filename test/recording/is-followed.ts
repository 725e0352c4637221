import type { Path } from '../../src-main/contract/path.ts';

/** Whether the recording follows a target in a state: by its prediction, somebody answers the request there, be it NGINX itself. */
export function isFollowed({ end }: Pick<Path, 'end'>): boolean {
  return end.status === 'answered' || (end.status === 'stopped' && end.cause === 'no-http-route');
}
