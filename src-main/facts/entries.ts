import { z } from 'zod';

/** The entries of a list as iproute2 prints it with `-j`; `{}` is an entry that it left out. @throws Error for anything else */
export function entriesOf<Schema extends z.ZodType>(text: string, entry: Schema): readonly z.infer<Schema>[] {
  const entries = z.array(z.looseObject({})).parse(JSON.parse(text));
  return z.array(entry).parse(entries.filter((one) => Object.keys(one).length > 0));
}

/** The lines of a text that are not empty, each as it is read. @throws Error for a line that is not understood */
export function linesOf<Value>(text: string, read: (line: string) => Value | undefined): readonly Value[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const value = read(line);
    if (value === undefined) throw new Error(`line ${index + 1}`);
    return [value];
  });
}
