import { builtCli } from './built.ts';

/** Builds, once, what the tests of several workers start. */
export default function build(): void {
  builtCli();
}
