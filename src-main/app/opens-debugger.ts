/** Switches by which another program could look into the window or the engine. `--inspect` is a fuse's as well. */
const DEBUGGERS = /^(?:--?|\/)(?:inspect|remote-debugging-|debug(?:$|=|-))/i;

/** Whether a command line asks for a debugger. A package of Hoplab refuses to start then. */
export function opensDebugger(argv: readonly string[]): boolean {
  return argv.some((argument) => DEBUGGERS.test(argument));
}
