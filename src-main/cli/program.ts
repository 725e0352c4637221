import { Command, Option } from 'commander';
import { pathFormats } from '../contract/kept-paths.ts';
import { version } from '../version.ts';
import * as commands from './lab-commands.ts';
import { init, type InitOptions } from './init.ts';
import { journalsCommand, pathsCommand, type PathFlags } from './kept.ts';
import { parseWhole, serveCommand, type ServeFlags } from './serve-command.ts';
import { terminalLanguage, UsageError, type Settings } from './command-settings.ts';
import { tellError } from './tell-error.ts';
import { Terminal } from './terminal.ts';
import { traceCommand, type TraceFlags } from './trace-path.ts';
import { trust, type TrustOptions } from './trust.ts';

interface Flags {
  file: string;
  lang: 'en' | 'ja';
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
  });
  define(cli, settings, run);
  defineServe(cli, settings, run);
  defineTrace(cli, settings, run);
  defineKept(cli, settings, run);
  try {
    await cli.parseAsync(argv);
    return code;
  } catch (error) {
    const { lang = terminalLanguage(), json = false } = cli.opts<Partial<Flags>>();
    return tellError(error, { terminal, language: lang, json });
  }
}

type Run = (work: () => Promise<number>) => () => Promise<void>;

function define(cli: Command, settings: () => Settings, run: Run): void {
  cli
    .description('Bare Linux machines to a kubeadm cluster over SSH, stage by stage, and where every packet goes.')
    .version(version)
    .option('-f, --file <lab file>', 'the lab file', process.env['HOPLAB_FILE'] ?? 'lab.yaml')
    .addOption(
      new Option('--lang <language>', 'language of the output').choices(['en', 'ja']).default(terminalLanguage()),
    )
    .option('--json', 'events as JSON lines, for programs')
    .option('-v, --verbose', 'show commands and their output')
    .option('--accept-new', 'pin unknown host keys without asking; changed keys are still refused')
    .option('--in-order', 'make nothing before its stage')
    .option('--recording', 'work on the recording of a real lab that ships with Hoplab; no machine is touched')
    .addOption(
      new Option('--speed <speed>', 'playback speed of the recording (default: 1; for tour: 10)').choices([
        '1',
        '10',
        'instant',
      ]),
    )
    .exitOverride()
    .showHelpAfterError()
    .argument('[command]')
    .action((command: string | undefined) => {
      if (command !== undefined) throw unknownCommand(command, cli);
      cli.outputHelp();
    });
  defineInit(cli, settings, run);
  cli
    .command('trust')
    .description('show the host keys of the machines and pin them')
    .option('--replace <machine>', 'pin the new key of a machine that was reinstalled')
    .option('--yes', 'do not ask: you have compared the fingerprints')
    .action((options: TrustOptions) => run(() => trust(settings(), options))());
  defineRollouts(cli, settings, run);
}

function defineInit(cli: Command, settings: () => Settings, run: Run): void {
  cli
    .command('init')
    .description('write a commented lab file')
    .option('--nodes <addresses>', 'addresses separated by commas (or name=address), the control plane first')
    .option('--user <user>', 'SSH user on the nodes')
    .option('--key <file>', 'private key')
    .option('--password', 'ask for an SSH password')
    .addOption(new Option('--sudo <how>', 'how sudo works').choices(['passwordless', 'password']))
    .option('--client <address>', 'the client, if it is not this computer')
    .option('--pool <range>', "MetalLB's addresses: FIRST-LAST or a CIDR")
    .option('--vip <address>', 'the virtual IP')
    .option('--zone <zone>', 'DNS zone of the lab')
    .option('--bundle <folder>', 'the bundle to install from')
    .option('--overrides <file>', 'kubeadm documents to merge in')
    .option('--force', 'replace an existing file')
    .action((options: InitOptions) => run(() => init(settings(), options))());
}

function defineServe(cli: Command, settings: () => Settings, run: Run): void {
  cli
    .command('serve')
    .description('serve the window as a page for a browser on this computer')
    .option('--port <port>', 'the port on 127.0.0.1; default: any that is free', parseWhole, 0)
    .option('--idle <minutes>', 'exit after this many minutes without a page', parseWhole)
    .action((options: ServeFlags) => run(() => serveCommand(settings(), options))());
}

function defineTrace(cli: Command, settings: () => Settings, run: Run): void {
  cli
    .command('trace')
    .argument(
      '[target]',
      'http://HOST/PATH, HOST[:PORT], NODE:PORT, "dns NAME @NODE", "pod/NS/NAME -> svc/NS/NAME", "curl [-H HEADER] URL"',
    )
    .description('follow a request through the lab, hop by hop: send it once while every kernel traces it')
    .option(
      '--count <requests>',
      'send this many requests and show how they spread; more than 20 are not saved',
      parseWhole,
      1,
    )
    .option('--predict', 'send no request: predict the path from facts')
    .addOption(new Option('--format <format>', 'print each path in a document format').choices(pathFormats))
    .option('--situation <id>', 'with --recording: a request recorded while something was broken')
    .action((target: string | undefined, flags: TraceFlags) => run(() => traceCommand(settings(), target, flags))());
}

function defineKept(cli: Command, settings: () => Settings, run: Run): void {
  cli
    .command('paths')
    .argument('[path]', 'show this path, by its id')
    .description('list the paths that were followed in this lab, here or in the window')
    .addOption(new Option('--format <format>', 'print the path in a document format').choices(pathFormats))
    .action((id: string | undefined, flags: PathFlags) => run(() => pathsCommand(settings(), id, flags))());
  cli
    .command('journals')
    .argument('[rollout]', 'show the journal of this rollout, by its id')
    .description('list the rollouts of this lab')
    .action((id: string | undefined) => run(() => journalsCommand(settings(), id))());
}

function unknownCommand(name: string, cli: Command): UsageError {
  const known = cli.commands.map((command) => command.name()).join(', ');
  return new UsageError({
    en: `There is no command ${name}. The commands are: ${known}.`,
    ja: `${name} というコマンドはありません。コマンド: ${known}`,
  });
}

function defineRollouts(cli: Command, settings: () => Settings, run: Run): void {
  cli
    .command('tour')
    .description('roll out the recording from bare machines; no machine is touched')
    .action(() => run(() => commands.tour(settings()))());
  cli
    .command('plan')
    .description('show every change that `up` would make now')
    .option('--to <stage>', 'only up to this stage')
    .action((options: { to?: string }) => run(() => commands.plan(settings(), options))());
  cli
    .command('up')
    .description('roll out: make the changes that are missing and check each stage')
    .option('--to <stage>', 'only up to this stage')
    .action((options: { to?: string }) => run(() => commands.up(settings(), options))());
  cli
    .command('verify')
    .argument('[stage]', 'only this stage')
    .description('run the checks; change nothing')
    .action((stage: string | undefined) => run(() => commands.verify(settings(), stage))());
  cli
    .command('status')
    .description('show which stages are in place, as read from the machines')
    .action(() => run(() => commands.status(settings()))());
  cli
    .command('undo')
    .argument('<stage>', 'this stage, and those that need it')
    .description('undo a stage and those that need it')
    .action((stage: string) => run(() => commands.undo(settings(), stage))());
  cli
    .command('reset')
    .description('undo everything, to bare nodes')
    .option('--yes', 'do not ask')
    .action((options: { yes?: boolean }) => run(() => commands.reset(settings(), options))());
}
