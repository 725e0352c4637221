import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { typedCommand } from '../../../src-renderer/typed-command.ts';

describe('a command as a person types it', () => {
  it('is as it ran, with sudo before one program', () => {
    expect(typedCommand({ command: 'ip addr' })).toBe('ip addr');
    expect(typedCommand({ command: 'cat /etc/shadow', sudo: true })).toBe('sudo cat /etc/shadow');
    const quoted = `kubectl get pods -o 'jsonpath={.items[?(@.a=="b")]}'`;
    expect(typedCommand({ command: quoted, sudo: true })).toBe(`sudo ${quoted}`);
  });

  it('is root from its beginning to its end when it is more than one program', () => {
    const typed = typedCommand({ command: `printf '%s' "it's" | tr a-z A-Z; id`, sudo: true });
    expect(typed.startsWith('sudo sh -c ')).toBe(true);
    const said = execFileSync('sh', ['-c', typed.replace('sudo ', '')], { encoding: 'utf8' });
    expect(said.startsWith("IT'S")).toBe(true);
  });
});
