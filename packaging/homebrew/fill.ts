import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectHome } from '../app/project-home.ts';

/** What a formula or a cask is filled with, by the names between its braces. */
type Values = Readonly<Record<string, string>>;

/** The files of a tap, as they are called there. @param folder with the release's files @throws where one is missing, or nobody says where it is released */
export function tap(folder: string, version: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const home = projectHome(env);
  if (home.includes('.invalid'))
    throw new Error('GITHUB_REPOSITORY does not say where Hoplab is released (OWNER/NAME)');
  const sum = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  return {
    'Formula/hoplab.rb': fill('hoplab.rb', { home, version, tarball: sum(`hoplab-${version}.tgz`) }),
    'Casks/hoplab-app.rb': fill('hoplab-app.rb', {
      home,
      version,
      arm64: sum(`hoplab-${version}-mac-arm64.dmg`),
      x64: sum(`hoplab-${version}-mac-x64.dmg`),
    }),
  };
}

function fill(template: string, values: Values): string {
  return readFileSync(join(import.meta.dirname, template), 'utf8').replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${template}: nothing is called ${name}`);
    return value;
  });
}
