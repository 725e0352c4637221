/** Whether `--all` was given: what takes long runs as well. */
export const ALL = process.env['HOPLAB_LAB_ALL'] === '1';

/** Says once for a file of tests what of it runs with `--all` alone. */
export function onlyWithAll(what: string): void {
  if (!ALL) console.log(`SKIPPED: ${what}; npm run test:lab -- --all`);
}
