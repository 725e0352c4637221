import type { LabAnswers } from '../../../src-main/contract/labs.ts';
import type { LabFileProblem } from '../../../src-main/contract/failures.ts';
import type { ProviderId, VmImageName } from '../../../src-main/contract/machines.ts';
import type { Language } from '../../../src-main/contract/text.ts';
import type { LabForm } from './lab-form.ts';

/** As their makers write them. */
export const imageNames: Readonly<Record<VmImageName, string>> = {
  'debian-12': 'Debian 12',
  'debian-13': 'Debian 13',
  'ubuntu-24.04': 'Ubuntu 24.04',
};

/** What is typed into the form of a lab on this computer; empty takes the default. */
export interface VmForm extends Pick<LabForm, 'lab' | 'source' | 'bundle' | 'file'> {
  count: string;
  cpus: string;
  /** GiB. */
  memory: string;
  /** GiB. */
  disk: string;
  image: VmImageName | 'file';
  imageFile: string;
}

/** @param taken names of labs: what is kept of a lab lies under its name */
export function emptyVmForm(taken: ReadonlySet<string>): VmForm {
  return {
    lab: freeName(taken),
    source: 'online',
    bundle: '',
    file: '',
    count: '3',
    cpus: '2',
    memory: '2',
    disk: '20',
    image: 'debian-12',
    imageFile: '',
  };
}

function freeName(taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? 'shortener' : `shortener-${number}`;
    if (!taken.has(name)) return name;
  }
}

/** Where the lab file is written. */
export function vmFile({ file, lab }: VmForm): string {
  return file || `~/labs/${/^[\w-]+$/.test(lab) ? lab : 'shortener'}/lab.yaml`;
}

export function vmAnswersOf(form: VmForm, provider: ProviderId, language: Language): LabAnswers {
  const { lab, count, cpus, memory, disk, image, imageFile, source, bundle } = form;
  return {
    language,
    ...(lab && { lab }),
    nodes: [],
    user: '',
    machines: {
      provider,
      ...(count && { count: Number(count) }),
      ...(cpus && { cpus: Number(cpus) }),
      ...(memory && { memory: memoryText(memory) }),
      ...(disk && { disk: `${disk}GiB` }),
      image: image === 'file' ? imageFile : image,
    },
    ...(source === 'bundle' && { bundle }),
  };
}

/** As a lab file has it: half a GiB is 512 MiB. */
function memoryText(gib: string): string {
  const number = Number(gib);
  return Number.isInteger(number) ? `${gib}GiB` : `${Math.round(number * 1024)}MiB`;
}

const FIELDS: readonly (readonly [RegExp, string])[] = [
  [/^machines\.(provider|count|cpus|memory|disk|image)$/, '$1'],
  [/^lab$/, 'lab'],
  [/^(source(\.bundle)?|mirrors.*|proxy|noProxy.*|ca)$/, 'source'],
];

/** Problems by the field of the form they belong beside; the rest under `''`. */
export function vmProblems(problems: readonly LabFileProblem[]): Map<string, LabFileProblem[]> {
  const fields = new Map<string, LabFileProblem[]>();
  for (const problem of problems) {
    const found = FIELDS.find(([pattern]) => pattern.test(problem.path));
    const field = found ? problem.path.replace(...found) : '';
    fields.set(field, [...(fields.get(field) ?? []), problem]);
  }
  return fields;
}
