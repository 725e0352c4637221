import type { LabAnswers } from '../../../src-main/contract/labs.ts';
import type { LabFileProblem } from '../../../src-main/contract/failures.ts';
import type { Language } from '../../../src-main/contract/text.ts';

/** What is typed into the form, field by field; empty takes the default. */
export interface LabForm {
  lab: string;
  nodes: { name: string; address: string }[];
  user: string;
  port: string;
  key: string;
  agent: boolean;
  password: boolean;
  sudo: 'passwordless' | 'password';
  client: string;
  pool: string;
  vip: string;
  zone: string;
  source: 'online' | 'bundle';
  bundle: string;
  file: string;
}

export function emptyForm(): LabForm {
  return {
    lab: '',
    nodes: [
      { name: '', address: '' },
      { name: '', address: '' },
      { name: '', address: '' },
    ],
    user: '',
    port: '',
    key: '',
    agent: false,
    password: false,
    sudo: 'passwordless',
    client: '',
    pool: '',
    vip: '',
    zone: '',
    source: 'online',
    bundle: '',
    file: '~/labs/shortener/lab.yaml',
  };
}

/** The answers that the form makes: what is empty is left out, but a bundle that was chosen. The first node is the control plane. */
export function answersOf(form: LabForm, language: Language): LabAnswers {
  const { lab, port, key, pool, vip, zone, source, bundle } = form;
  const given = Object.fromEntries(Object.entries({ lab, key, pool, vip, zone }).filter(([, value]) => value));
  return {
    ...given,
    language,
    nodes: filledNodes(form).map(({ name, address }) => ({ ...(name && { name }), address })),
    user: form.user,
    sudo: form.sudo,
    ...(port && { port: Number(port) }),
    ...(form.agent && { agent: true }),
    ...(form.password && { password: true }),
    client: form.client ? { address: form.client } : 'this-computer',
    ...(source === 'bundle' && { bundle }),
  };
}

function filledNodes({ nodes }: LabForm): LabForm['nodes'] {
  const filled = nodes.filter(({ address, name }) => address || name);
  return filled.length ? filled : [{ name: '', address: '' }];
}

/** Problems by the field of the form they belong beside; the rest under `''`. */
export function problemsByField(problems: readonly LabFileProblem[]): Map<string, LabFileProblem[]> {
  const fields = new Map<string, LabFileProblem[]>();
  for (const problem of problems) {
    const field = fieldOf(problem.path);
    fields.set(field, [...(fields.get(field) ?? []), problem]);
  }
  return fields;
}

const FIELDS: readonly (readonly [RegExp, string])[] = [
  [/^nodes\[(\d+)\]\.name/, 'nodes[$1].name'],
  [/^nodes\[(\d+)\]/, 'nodes[$1].address'],
  [/^lab$/, 'lab'],
  [/^(ssh\.)?(user|port|key)$/, '$2'],
  [/^client/, 'client'],
  [/^(loadBalancer\.)?(pool|vip)$/, '$2'],
  [/^(dns\.)?zone$/, 'zone'],
  [/^(source(\.bundle)?|mirrors.*|proxy|noProxy.*|ca)$/, 'source'],
];

function fieldOf(path: string): string {
  for (const [pattern, field] of FIELDS) {
    const match = pattern.exec(path);
    if (match) return field.replace(/\$(\d)/g, (_, index: string) => match[Number(index)] ?? '');
  }
  return '';
}
