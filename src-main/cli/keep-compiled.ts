import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { join } from 'node:path';
import { hoplabHome } from '../engine/home.ts';

/**
 * Has Node keep what it compiles of Hoplab from here on, for the next start, which takes a fifth less: in Hoplab's own folder, which nobody
 * else may write to, once there is one. Node before 22.1 cannot.
 */
export function keepCompiled(): void {
  const home = hoplabHome();
  if ('enableCompileCache' in module && existsSync(home)) module.enableCompileCache(join(home, 'compiled'));
}
