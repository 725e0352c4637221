import { root } from '../../test/set-up/built.ts';
import { changelog } from './changelog.ts';

/* `node packaging/changelog/run.ts [COMMIT]`: what has changed since the tag before it. Needs the whole history. */
process.stdout.write(changelog(root, process.argv[2]));
