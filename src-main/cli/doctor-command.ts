import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { detectClient } from '../client/client.ts';
import type { Finding } from '../contract/doctor.ts';
import type { Text } from '../contract/text.ts';
import { examine } from '../doctor/examine.ts';
import { ownWords, withoutPrivate } from '../doctor/private-words.ts';
import { findingLine, reportHead, reportText } from '../doctor/report.ts';
import { cacheFolder, hoplabHome, knownHostsFile } from '../engine/home.ts';
import { cannotWrite } from '../engine/refusals.ts';
import { isAbsent } from '../is-absent.ts';
import type { Lab } from '../lab/lab.ts';
import { LabFileError } from '../lab/lab-file-error.ts';
import { readLabFile } from '../lab/read-lab-file.ts';
import { KnownHosts } from '../machines/known-hosts.ts';
import { openLocalMachine } from '../machines/local/local-machine.ts';
import { isFileNamed, type Parts } from './command-parts.ts';
import type { Settings } from './command-settings.ts';
import { helpTexts } from './help-texts.ts';
import { paint } from './terminal.ts';
import { untilSignal } from './until-signal.ts';

export function defineDoctor(cli: Command, { settings, run, say }: Parts): void {
  cli
    .command('doctor')
    .description(say(helpTexts.doctor))
    .option('--report <file>', say(helpTexts.report))
    .action((options: { report?: string }) => run(() => doctor(settings(), { ...options, named: isFileNamed(cli) }))());
}

interface DoctorFlags {
  /** File to write; JSON where it is so called. */
  readonly report?: string;
  /** Whether the user has named a lab file: then it has to be there. */
  readonly named: boolean;
}

/** Looks at this computer and at the lab, and changes nothing. Returns 1 where there is a problem. @throws LabFileError, Refused */
async function doctor(settings: Settings, { report, named }: DoctorFlags): Promise<number> {
  const lab = await labToLookAt(settings, named);
  const machine = openLocalMachine({ name: 'client' });
  const stop = new AbortController();
  const release = untilSignal(stop, () => undefined);
  const findings: Finding[] = [];
  try {
    const home = hoplabHome();
    const knownHosts = new KnownHosts(knownHostsFile(home));
    const client = await detectClient(machine);
    const examined = { machine, client, lab, home, cache: cacheFolder(home), knownHosts, signal: stop.signal };
    for await (const finding of examine(examined)) {
      findings.push(finding);
      tell(settings, finding);
    }
  } finally {
    release();
    await machine.close();
  }
  if (report !== undefined) await writeReport(settings, findings, report);
  tellSum(settings, findings, lab !== undefined);
  return findings.some(({ status }) => status === 'problem') ? 1 : 0;
}

/** The lab of the file; undefined: there is none, and none was named. */
async function labToLookAt({ file }: Settings, named: boolean): Promise<Lab | undefined> {
  try {
    return await readLabFile(file, { bundle: 'later' });
  } catch (error) {
    if (named || !(error instanceof LabFileError && isAbsent(error.cause))) throw error;
    return undefined;
  }
}

function tell({ terminal, json, verbose, language }: Settings, finding: Finding): void {
  if (json) {
    terminal.printJson(finding);
    return;
  }
  const color = { ok: paint.green, problem: paint.red, unknown: paint.yellow }[finding.status];
  const line = findingLine(finding, language);
  terminal.print(`${color(line.slice(0, 1))}${line.slice(1)}`);
  const { remedy, status, evidence } = finding;
  if (remedy) terminal.print(`  → ${remedy[language]}`);
  if (!verbose && status === 'ok') return;
  for (const { command, stdout, stderr } of verbose ? evidence : evidence.slice(-1)) {
    terminal.print(paint.dim(command.replaceAll(/^/gm, '    $ ')));
    const lines = `${stdout}${stderr}`.trim().split(/\r?\n/);
    terminal.print(paint.dim((verbose ? lines : lines.slice(-3)).join('\n').replaceAll(/^/gm, '      ')));
  }
}

async function writeReport(
  { terminal, language }: Settings,
  findings: readonly Finding[],
  file: string,
): Promise<void> {
  const head = reportHead();
  const clean = withoutPrivate(findings, ownWords(), terminal.redactor);
  const text = file.endsWith('.json')
    ? JSON.stringify({ ...head, findings: clean }, undefined, 1)
    : reportText(head, clean, language);
  await writeFile(file, text, { mode: 0o600 }).catch((error: unknown) => {
    throw cannotWrite(file, (error as NodeJS.ErrnoException).code ?? '');
  });
}

function tellSum({ terminal, json, language }: Settings, findings: readonly Finding[], withLab: boolean): void {
  if (json) return;
  const count = (status: Finding['status']) => findings.filter((one) => one.status === status).length;
  const sum: Text = {
    en: `Problems: ${count('problem')}; not known: ${count('unknown')}; in order: ${count('ok')}. Nothing was changed.`,
    ja: `問題 ${count('problem')} 件、不明 ${count('unknown')} 件、正常 ${count('ok')} 件。何も変更していません。`,
  };
  terminal.print(sum[language]);
  if (!withLab) terminal.print(NO_LAB[language]);
}

const NO_LAB: Text = {
  en: 'Only this computer was looked at: there is no lab file here (`-f lab.yaml`).',
  ja: 'ラボファイルがないため、このコンピューターだけを調べました (`-f lab.yaml`)。',
};
