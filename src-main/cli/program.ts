import { Command, Option } from 'commander';
import { PROVIDERS } from '../contract/machines.ts';
import { pathFormats } from '../contract/kept-paths.ts';
import type { Language } from '../contract/text.ts';
import { version } from '../version.ts';
import * as commands from './lab-commands.ts';
import { defineDoctor } from './doctor-command.ts';
import { defineCompletion } from './completion/completion-command.ts';
import { helpTexts } from './help-texts.ts';
import type { Parts } from './command-parts.ts';
import { init, type InitOptions } from './init.ts';
import { japaneseError, japaneseHelp } from './japanese-help.ts';
import { kubeconfigCommand, type KubeconfigFlags } from './kubeconfig-command.ts';
import { journalsCommand, pathsCommand, type PathFlags } from './kept.ts';
import { defineMachines } from './machines-command.ts';
import { defineNodes } from './node-commands.ts';
import { parseWhole, serveCommand, type ServeFlags } from './serve-command.ts';
import { askedLanguage, terminalLanguage, UsageError, type Settings } from './command-settings.ts';
import { defineSources } from './source-commands.ts';
import { tellError } from './tell-error.ts';
import { Terminal } from './terminal.ts';
import { rulesCommand, type RulesFlags } from './rules-command.ts';
import { traceCommand, type TraceFlags } from './trace-path.ts';
import { trust, type TrustOptions } from './trust.ts';

interface Flags {
  file: string;
  lang: Language;
  json?: boolean;
  verbose?: boolean;
  acceptNew?: boolean;
  recording?: boolean;
  speed?: '1' | '10' | 'instant';
  inOrder?: boolean;
}

/** Runs the command line. Returns the exit code: 0 done, 1 a stage or check failed, 2 wrong input. */
export async function program(argv: readonly string[]): Promise<number> {
  let code = 0;
  const terminal = new Terminal();
  const language = askedLanguage(argv);
  const cli = new Command('hoplab');
  const settings = (): Settings => {
    const { file, lang, json = false, verbose = false, acceptNew = false, inOrder = false } = cli.opts<Flags>();
    const { recording = false, speed: word } = cli.opts<Flags>();
    const speed = word === 'instant' ? Infinity : word && Number(word);
    return { terminal, file, language: lang, json, verbose, acceptNew, inOrder, recording, ...(speed && { speed }) };
  };
  const run = (work: () => Promise<number>) => async () => void (code = await work());
  cli.configureOutput({
    writeOut: (text) => terminal.print(text.replace(/\n$/, '')),
    writeErr: (text) => terminal.complain(text.replace(/\n$/, '')),
    outputError: (text, write) => write(language === 'ja' ? japaneseError(text) : text),
  });
  if (language === 'ja') cli.configureHelp(japaneseHelp);
  const parts: Parts = { settings, run, say: (text) => text[language] };
  define(cli, parts);
  defineServe(cli, parts);
  defineTrace(cli, parts);
  defineRules(cli, parts);
  defineKept(cli, parts);
  defineMachines(cli, parts);
  defineSources(cli, parts);
  defineNodes(cli, parts);
  defineKubeconfig(cli, parts);
  defineDoctor(cli, parts);
  defineCompletion(cli, parts);
  try {
    await cli.parseAsync(argv);
    return code;
  } catch (error) {
    const { json = false } = cli.opts<Partial<Flags>>();
    return tellError(error, { terminal, language, json });
  }
}

function define(cli: Command, parts: Parts): void {
  const { settings, run, say } = parts;
  cli
    .description(say(helpTexts.hoplab))
    .version(version, '-V, --version', say(helpTexts.version))
    .helpOption('-h, --help', say(helpTexts.help))
    .option('-f, --file <lab file>', say(helpTexts.file), process.env['HOPLAB_FILE'] ?? 'lab.yaml')
    .addOption(new Option('--lang <language>', say(helpTexts.lang)).choices(['en', 'ja']).default(terminalLanguage()))
    .option('--json', say(helpTexts.json))
    .option('-v, --verbose', say(helpTexts.verbose))
    .option('--accept-new', say(helpTexts.acceptNew))
    .option('--in-order', say(helpTexts.inOrder))
    .option('--recording', say(helpTexts.recording))
    .addOption(new Option('--speed <speed>', say(helpTexts.speed)).choices(['1', '10', 'instant']))
    .exitOverride()
    .showHelpAfterError()
    .argument('[command]')
    .usage('[options] [command]')
    .action((command: string | undefined) => {
      if (command !== undefined) throw unknownCommand(command, cli);
      cli.outputHelp();
    });
  defineInit(cli, parts);
  cli
    .command('trust')
    .description(say(helpTexts.trust))
    .option('--replace <machine>', say(helpTexts.replaceKey))
    .option('--yes', say(helpTexts.compared))
    .action((options: TrustOptions) => run(() => trust(settings(), options))());
  defineRollouts(cli, parts);
}

function defineInit(cli: Command, { settings, run, say }: Parts): void {
  cli
    .command('init')
    .argument('[machines...]', say(helpTexts.machines))
    .description(say(helpTexts.init))
    .option('--nodes <addresses>', say(helpTexts.nodes))
    .addOption(new Option('--machines <provider>', say(helpTexts.onVms)).choices(PROVIDERS))
    .option('--count <vms>', say(helpTexts.vmCount), parseWhole)
    .option('--cpus <cpus>', say(helpTexts.vmCpus), parseWhole)
    .option('--memory <memory>', say(helpTexts.vmMemory))
    .option('--disk <disk>', say(helpTexts.vmDisk))
    .option('--image <image>', say(helpTexts.vmImage))
    .option('--user <user>', say(helpTexts.user))
    .option('--key <file>', say(helpTexts.key))
    .option('--password', say(helpTexts.password))
    .addOption(new Option('--sudo <how>', say(helpTexts.sudo)).choices(['passwordless', 'password']))
    .option('--client <address>', say(helpTexts.client))
    .option('--pool <range>', say(helpTexts.pool))
    .option('--vip <address>', say(helpTexts.vip))
    .option('--zone <zone>', say(helpTexts.zone))
    .option('--bundle <path>', say(helpTexts.bundle))
    .option('--overrides <file>', say(helpTexts.overrides))
    .option('--force', say(helpTexts.force))
    .action((machines: string[], options: InitOptions) =>
      run(() => init(settings(), { ...options, ...(machines.length > 0 && { nodes: machines.join(',') }) }))(),
    );
}

function defineServe(cli: Command, { settings, run, say }: Parts): void {
  cli
    .command('serve')
    .description(say(helpTexts.serve))
    .option('--port <port>', say(helpTexts.port), parseWhole, 0)
    .option('--idle <minutes>', say(helpTexts.idle), parseWhole)
    .action((options: ServeFlags) => run(() => serveCommand(settings(), options))());
}

function defineTrace(cli: Command, { settings, run, say }: Parts): void {
  cli
    .command('trace')
    .argument(
      '[target]',
      'http://HOST/PATH, HOST[:PORT], NODE:PORT, "dns NAME @NODE", "pod/NS/NAME -> svc/NS/NAME", "curl [-H HEADER] URL"',
    )
    .description(say(helpTexts.trace))
    .option('--count <requests>', say(helpTexts.count), parseWhole, 1)
    .option('--predict', say(helpTexts.predict))
    .addOption(new Option('--format <format>', say(helpTexts.formatEach)).choices(pathFormats))
    .option('--situation <id>', say(helpTexts.situation))
    .action((target: string | undefined, flags: TraceFlags) => run(() => traceCommand(settings(), target, flags))());
}

function defineRules(cli: Command, { settings, run, say }: Parts): void {
  cli
    .command('rules')
    .argument('<service>', 'NAMESPACE/NAME')
    .description(say(helpTexts.rules))
    .option('--node <node>', say(helpTexts.ofNode))
    .action((service: string, flags: RulesFlags) => run(() => rulesCommand(settings(), service, flags))());
}

function defineKept(cli: Command, { settings, run, say }: Parts): void {
  cli
    .command('paths')
    .argument('[path]', say(helpTexts.path))
    .description(say(helpTexts.paths))
    .addOption(new Option('--format <format>', say(helpTexts.format)).choices(pathFormats))
    .action((id: string | undefined, flags: PathFlags) => run(() => pathsCommand(settings(), id, flags))());
  cli
    .command('journals')
    .argument('[rollout]', say(helpTexts.journal))
    .description(say(helpTexts.journals))
    .action((id: string | undefined) => run(() => journalsCommand(settings(), id))());
}

function defineKubeconfig(cli: Command, { settings, run, say }: Parts): void {
  cli
    .command('kubeconfig')
    .description(say(helpTexts.kubeconfig))
    .option('--use', say(helpTexts.useContext))
    .option('--remove', say(helpTexts.removeContext))
    .action((flags: KubeconfigFlags) => run(() => kubeconfigCommand(settings(), flags))());
}

function unknownCommand(name: string, cli: Command): UsageError {
  const known = cli.commands.map((command) => command.name()).join(', ');
  return new UsageError({
    en: `There is no command ${name}. The commands are: ${known}.`,
    ja: `${name} というコマンドはありません。コマンド: ${known}`,
  });
}

function defineRollouts(cli: Command, { settings, run, say }: Parts): void {
  cli
    .command('tour')
    .description(say(helpTexts.tour))
    .action(() => run(() => commands.tour(settings()))());
  cli
    .command('plan')
    .description(say(helpTexts.plan))
    .option('--to <stage>', say(helpTexts.to))
    .action((options: { to?: string }) => run(() => commands.plan(settings(), options))());
  cli
    .command('up')
    .description(say(helpTexts.up))
    .option('--to <stage>', say(helpTexts.to))
    .action((options: { to?: string }) => run(() => commands.up(settings(), options))());
  cli
    .command('verify')
    .argument('[stage]', say(helpTexts.verified))
    .description(say(helpTexts.verify))
    .action((stage: string | undefined) => run(() => commands.verify(settings(), stage))());
  cli
    .command('prove-vip')
    .description(say(helpTexts.proveVip))
    .action(() => run(() => commands.proveVip(settings()))());
  cli
    .command('status')
    .description(say(helpTexts.status))
    .action(() => run(() => commands.status(settings()))());
  cli
    .command('undo')
    .argument('<stage>', say(helpTexts.undone))
    .description(say(helpTexts.undo))
    .action((stage: string) => run(() => commands.undo(settings(), stage))());
  cli
    .command('reset')
    .description(say(helpTexts.reset))
    .option('--yes', say(helpTexts.yes))
    .action((options: { yes?: boolean }) => run(() => commands.reset(settings(), options))());
}
