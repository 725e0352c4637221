import type { z } from 'zod';
import { shown, valueAt, type Finding, type Path } from './finding.ts';
import { isRefusalKind, refusal } from './form-texts.ts';
import { suggest } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** What the schema refuses, as a person reads it: one finding a value, and one for each unknown key. */
export function schemaFindings(issues: readonly Issue[], raw: unknown): Finding[] {
  const flat = issues.flatMap((issue) => withoutUnions(issue));
  const unknown = flat.flatMap((issue) => unknownKeys(issue));
  const meant = new Set(unknown.map(({ path, meant }) => JSON.stringify([...path.slice(0, -1), meant])));
  const refused = new Map<string, Finding>();
  for (const issue of flat) {
    const path = pathOf(issue);
    const id = JSON.stringify(path);
    if (issue.code === 'unrecognized_keys' || refused.has(id) || meant.has(id)) continue;
    refused.set(id, valueFinding(issue, path, raw));
  }
  return [...unknown, ...refused.values()];
}

const pathOf = (issue: Issue): Path => issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));

/** Of a union that refused a value, the branch that the value was probably meant for: one that refuses only something inside. */
function withoutUnions(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const branch = issue.errors.find((inner) =>
    inner.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  if (!branch) return [issue];
  return branch.flatMap((inner) => withoutUnions({ ...inner, path: [...issue.path, ...inner.path] }));
}

function unknownKeys(issue: Issue): (Finding & { readonly meant: string | undefined })[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const known = issue.message.split(' ');
  return issue.keys.map((key) => {
    const meant = suggest(key, known);
    const name = shown(key);
    return {
      path: [...pathOf(issue), key],
      at: 'key',
      meant,
      text: { en: `There is no key "${name}" here.`, ja: `ここに「${name}」というキーはありません。` },
      remedy: meant
        ? { en: `Did you mean "${meant}"?`, ja: `「${meant}」ではありませんか。` }
        : { en: `Possible keys: ${known.join(', ')}.`, ja: `使えるキーは ${known.join('、')} です。` },
    };
  });
}

function valueFinding(issue: Issue, path: Path, raw: unknown): Finding {
  const value = valueAt(raw, path);
  if (value === undefined) return missing(path);
  if (value === null) return empty(path);
  const kind = isRefusalKind(issue.message) ? issue.message : 'choice';
  const choice = kind === 'choice' || (kind === 'kube-proxy' && value !== 'ipvs');
  if (choice && issue.code === 'invalid_value') return notAChoice(path, value, issue.values.map(String));
  if (typeof value === 'number' && issue.code === 'invalid_type' && issue.expected === 'string') return unquoted(path);
  return { path, ...refusal(kind, value) };
}

/** A key that has to be there. */
export function missing(path: Path): Finding {
  const name = String(path.at(-1));
  const remedy = { en: `Add ${name} here.`, ja: `ここに ${name} を追加してください。` };
  return { path, text: { en: `The key "${name}" is missing.`, ja: `キー「${name}」がありません。` }, remedy };
}

function empty(path: Path): Finding {
  return {
    path,
    text: { en: 'There is no value.', ja: '値がありません。' },
    remedy: { en: 'Write a value, or remove the key.', ja: '値を書くか、キーを取り除いてください。' },
  };
}

function unquoted(path: Path): Finding {
  return {
    path,
    text: {
      en: 'YAML reads this as a number, but text is needed.',
      ja: 'YAML では数値として読まれますが、文字列が必要です。',
    },
    remedy: { en: 'Put it into quotes.', ja: '引用符で囲んでください。' },
  };
}

function notAChoice(path: Path, value: unknown, choices: readonly string[]): Finding {
  const { text } = refusal('choice', value);
  const meant = typeof value === 'string' ? suggest(value, choices) : undefined;
  const list = { en: `Possible values: ${choices.join(', ')}.`, ja: `指定できる値は ${choices.join('、')} です。` };
  return { path, text, remedy: meant ? { en: `Did you mean ${meant}?`, ja: `${meant} ではありませんか。` } : list };
}
