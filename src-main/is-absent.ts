/** Whether an error of the file system says that the file or folder is not there. Any other leaves that open. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Undefined for what is not there. @throws every other error */
export function unlessAbsent(error: unknown): undefined {
  if (isAbsent(error)) return undefined;
  throw error;
}
