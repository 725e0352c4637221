import { describe, expect, it } from 'vitest';
import { FactReader, type Fact } from '../../../src-main/facts/fact.ts';
import { sh } from '../../../src-main/machines/command.ts';
import { CommandFailed } from '../../../src-main/machines/errors.ts';
import { TableMachine } from '../table-machine.ts';

const fact: Fact<string> = { id: 'x', command: sh`count`, parse: ({ stdout }) => stdout };

function counting(name: string) {
  let count = 0;
  return new TableMachine(name, () => ({ stdout: String((count += 1)) }));
}

describe('a fact reader', () => {
  it('asks once, however many read at the same time', async () => {
    const [reader, machine] = [new FactReader(), counting('a')];
    expect(await Promise.all([reader.read(machine, fact), reader.read(machine, fact)])).toEqual(['1', '1']);
    expect(await reader.read(machine, fact)).toBe('1');
  });

  it('forgets one machine, and not one whose name begins the same', async () => {
    const [reader, a, ab] = [new FactReader(), counting('a'), counting('ab')];
    await Promise.all([reader.read(a, fact), reader.read(ab, fact)]);
    reader.forget('a');
    expect(await reader.read(a, fact)).toBe('2');
    expect(await reader.read(ab, fact)).toBe('1');
    reader.forget();
    expect(await reader.read(ab, fact)).toBe('2');
  });

  it('reads afresh without forgetting what it knows, once for all who ask at the same time', async () => {
    const [reader, machine] = [new FactReader(), counting('a')];
    await reader.read(machine, fact);
    expect(await Promise.all([reader.readFresh(machine, fact), reader.readFresh(machine, fact)])).toEqual(['2', '2']);
    expect(await reader.readFresh(machine, fact)).toBe('3');
    expect(await reader.read(machine, fact)).toBe('1');
  });

  it('does not remember a failure', async () => {
    let fails = true;
    const machine = new TableMachine('a', () => (fails ? { exitCode: 1 } : { stdout: 'now' }));
    const reader = new FactReader();
    await expect(reader.read(machine, fact)).rejects.toBeInstanceOf(CommandFailed);
    fails = false;
    expect(await reader.read(machine, fact)).toBe('now');
  });
});
