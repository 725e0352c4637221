import type { Command } from 'commander';
import { bundleCreate, bundleDiff, bundleVerify, type CreateFlags } from './bundle-commands.ts';
import { cacheList, cachePrune } from './cache-commands.ts';
import { isFileNamed, type Parts } from './command-parts.ts';
import { componentsCommand } from './components-command.ts';
import { helpTexts } from './help-texts.ts';
import { bundleShow } from './show-bundle.ts';

/** The commands about what is installed and where it comes from. */
export function defineSources(cli: Command, parts: Parts): void {
  const { settings, run, say } = parts;
  cli
    .command('components')
    .description(say(helpTexts.components))
    .option('--kubernetes <version>', say(helpTexts.kubernetesVersion), withoutV)
    .action((options: { kubernetes?: string }) =>
      run(() => componentsCommand(settings(), { ...options, named: isFileNamed(cli) }))(),
    );
  defineBundle(cli, parts);
  const cache = cli.command('cache').description(say(helpTexts.cache)).helpCommand(false);
  cache
    .command('list', { isDefault: true })
    .description(say(helpTexts.cacheList))
    .action(() => run(() => cacheList(settings()))());
  cache
    .command('prune')
    .description(say(helpTexts.cachePrune))
    .option('--all', say(helpTexts.cachePruneAll))
    .action((options: { all?: boolean }) => run(() => cachePrune(settings(), options))());
}

function defineBundle(cli: Command, { settings, run, say }: Parts): void {
  const bundle = cli.command('bundle').description(say(helpTexts.bundles)).helpCommand(false);
  bundle
    .command('create')
    .argument('[file]', say(helpTexts.bundleFile))
    .description(say(helpTexts.bundleCreate))
    .option('--arch <architectures>', say(helpTexts.arch))
    .option('--kubernetes <version>', say(helpTexts.kubernetesVersion), withoutV)
    .action((file: string | undefined, options: Omit<CreateFlags, 'named'>) =>
      run(() => bundleCreate(settings(), file, { ...options, named: isFileNamed(cli) }))(),
    );
  bundle
    .command('verify')
    .argument('<bundle>', say(helpTexts.bundlePlace))
    .description(say(helpTexts.bundleVerify))
    .action((place: string) => run(() => bundleVerify(settings(), place))());
  bundle
    .command('show')
    .argument('<bundle>', say(helpTexts.bundlePlace))
    .description(say(helpTexts.bundleShow))
    .action((place: string) => run(() => bundleShow(settings(), place))());
  bundle
    .command('diff')
    .argument('<bundle>', say(helpTexts.bundlePlace))
    .argument('[other]', say(helpTexts.bundleOther))
    .description(say(helpTexts.bundleDiff))
    .action((one: string, other: string | undefined) => run(() => bundleDiff(settings(), one, other))());
}

/** Versions are written with and without it. */
function withoutV(version: string): string {
  return version.replace(/^v/, '');
}
