import type { PathFile } from '../src-main/contract/kept-paths.ts';

/** Gives the user a file: a browser keeps it with the others that were downloaded, the desktop window asks where to. */
export function download({ name, type, text }: PathFile): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the desktop window asks where to first
}
