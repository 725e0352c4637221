// Runs before every npm script: installs what package-lock.json says, unless node_modules already holds exactly that.
// Built-in modules only, and syntax that Node 20 reads: nothing is installed yet when this runs.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const lock = join(root, '.cache', 'ensure.lock');

if (!installed()) {
  await takeLock();
  try {
    if (!installed()) install();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Whether npm's own record of node_modules (written last by `npm ci` and `npm install`) has every locked version. */
function installed() {
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const have = JSON.parse(readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8')).packages;
    const same = (path) => have[path]?.version === wanted[path].version;
    const left = (path) => wanted[path].optional && !have[path];
    return (
      existsSync(join(root, 'node_modules', '.bin', 'node')) &&
      Object.keys(wanted).every((path) => path === '' || same(path) || left(path))
    );
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

function install() {
  console.error('Installing the packages of package-lock.json (npm ci; under a minute)…');
  const npm = process.env['npm_execpath'];
  const [command, ...before] = npm ? [process.execPath, npm] : ['npm'];
  const result = spawnSync(command, [...before, 'ci', '--include=dev', '--include=optional', '--loglevel=error'], {
    cwd: root,
    env: cleanEnvironment(),
    stdio: ['ignore', 2, 2],
  });
  if (result.status !== 0) {
    console.error(`npm ci failed${result.error ? `: ${result.error.message}` : ''}. Nothing else was run.`);
    process.exitCode = 1;
  }
}

/** Without what `npm run` adds and without settings that would leave packages or their install scripts out. */
function cleanEnvironment() {
  const unwanted =
    /^(npm_lifecycle_|npm_package_|npm_config_(omit|production|only|ignore_scripts|include)$|NODE_ENV$)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !unwanted.test(name)));
}

/** One installation at a time; the lock of a process that is gone is removed. */
async function takeLock() {
  mkdirSync(dirname(lock), { recursive: true });
  for (let waited = false; ; waited = true) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'pid'), String(process.pid));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (abandoned()) rmSync(lock, { recursive: true, force: true });
    else if (!waited) console.error('Another run is installing the packages; waiting for it…');
    await new Promise((done) => setTimeout(done, 500));
  }
}

function abandoned() {
  try {
    process.kill(Number(readFileSync(join(lock, 'pid'), 'utf8')), 0);
    return false;
  } catch (error) {
    if (error.code === 'ESRCH') return true;
    if (error.code === 'ENOENT') return existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 10_000;
    return false;
  }
}
