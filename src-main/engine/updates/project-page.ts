import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf } from '../../address-of.ts';
import { appRoot } from '../../app-root.ts';

/**
 * Home page of the project, `https://github.com/OWNER/NAME`: `homepage` of package.json, which a release writes into what it makes
 * (packaging/app/project-home.ts). Undefined: nobody released this Hoplab, and there is nobody to ask.
 */
export function projectPage(root = appRoot()): string | undefined {
  const { homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { homepage?: unknown };
  if (typeof homepage !== 'string') return undefined;
  return /^https:\/\/github\.com\/[\w.-]+\/[\w.-]+$/.test(homepage) ? homepage : undefined;
}

/** Release notes of a tag. */
export function releaseNotes(page: string, tag: string): string {
  return `${page}/releases/tag/${encodeURIComponent(tag)}`;
}

/** Whether an address is that of release notes: of all addresses these alone are opened in the user's browser. */
export function isReleaseNotes(address: string, page: string | undefined): boolean {
  const url = addressOf(address);
  if (page === undefined || !url) return false;
  return url.href.startsWith(`${page}/releases/tag/`) && url.search === '' && url.hash === '';
}
