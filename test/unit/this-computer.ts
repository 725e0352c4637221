import { openLocalMachine } from '../../src-main/machines/local/local-machine.ts';
import type { Machine } from '../../src-main/machines/machine.ts';

/** This computer as a machine that never becomes root. `before` is called before each command; what it throws is thrown. */
export function thisComputer(name: string, before: (command: string) => void = () => undefined): Machine {
  const here = openLocalMachine({ name });
  return {
    name,
    where: here.where,
    async run(command, options) {
      before(command);
      return here.run(command, { ...options, sudo: false });
    },
    openShell: (options) => here.openShell(options),
    close: () => here.close(),
  };
}
