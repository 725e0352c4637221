/** A command as a person types it: one that ran as root has `sudo` before it, all of it. */
export function typedCommand({ command, sudo = false }: { command: string; sudo?: boolean | undefined }): string {
  if (!sudo) return command;
  const oneProgram = /^(?:[\w./:=@%+,"{}[\] -]|'[^']*')+$/.test(command); // what is quoted is no matter of the shell
  return oneProgram ? `sudo ${command}` : `sudo sh -c '${command.replaceAll("'", `'\\''`)}'`;
}
