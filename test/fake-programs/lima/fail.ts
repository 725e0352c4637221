import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What was asked of this program beforehand: files in the folder that LIMA_FAKE names. */
const told = process.env['LIMA_FAKE'] ?? '';

export function toldFile(name: string): string | undefined {
  const file = join(told, name);
  return told !== '' && existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

/** As logrus prints where there is no terminal. */
export function log(level: 'info' | 'warning' | 'fatal', message: string): void {
  const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  process.stderr.write(`time="${time}" level=${level} msg=${JSON.stringify(message)}\n`);
}

export function fatal(message: string): never {
  log('fatal', message);
  process.exit(1);
}

/** Fails if it is to, with the message in the file `fail-COMMAND`, or `fail-COMMAND-INSTANCE`. */
export function failIfTold(command: string, instance: string): void {
  const message = toldFile(`fail-${command}-${instance}`) ?? toldFile(`fail-${command}`);
  if (message !== undefined) fatal(message);
}

/** Takes the options that a command has, and refuses others as cobra does. */
export function optionsOf(
  command: string,
  words: readonly string[],
  known: Readonly<Record<string, 'flag' | 'value'>>,
) {
  const options: Record<string, string> = {};
  const names: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '-' || !word.startsWith('-')) {
      names.push(word);
      continue;
    }
    const [name = '', given] = word.split(/=(.*)/s, 2);
    const kind = known[name];
    if (kind === undefined) {
      const what = name.startsWith('--') ? `unknown flag: ${name}` : `unknown shorthand flag: '${name[1]}' in ${name}`;
      process.stderr.write(`Usage:\n  limactl ${command} [flags]\n\n`);
      fatal(what);
    }
    if (kind === 'value' && given === undefined) {
      const value = words[(index += 1)];
      if (value === undefined) fatal(`flag needs an argument: ${name}`);
      options[name] = value;
    } else options[name] = given ?? 'true';
  }
  return { options, names };
}
