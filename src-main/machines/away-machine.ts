import type { MachineError } from './errors.ts';
import type { Machine } from './machine.ts';

/** Stands in for a machine that could not be reached: whatever it is asked fails with the error of the attempt. */
export function awayMachine(name: string, where: string, error: MachineError): Machine {
  const fail = () => Promise.reject(error);
  return { name, where, run: fail, openShell: fail, close: () => Promise.resolve() };
}
