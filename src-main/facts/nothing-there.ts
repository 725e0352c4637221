/** Whether a complaint means that there is no such program or table; no complaint at all does too. */
export function isNothingThere(stderr: string): boolean {
  return stderr.trim() === '' || /not found|No such file or directory/i.test(stderr);
}
