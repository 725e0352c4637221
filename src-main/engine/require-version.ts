import { BundleError } from '../bundle/bundle-error.ts';
import { readCatalogue } from '../bundle/catalogue.ts';

/** @param version of Kubernetes, without `v` @throws BundleError where the catalogue does not have it */
export function requireVersion(version: string): void {
  const known = Object.keys(readCatalogue().kubernetes);
  if (known.includes(version)) return;
  throw new BundleError({
    en: `Kubernetes ${version} is not in the catalogue. Its versions are: ${known.join(', ')}.`,
    ja: `Kubernetes ${version} はカタログにありません。カタログのバージョン: ${known.join(', ')}`,
  });
}
