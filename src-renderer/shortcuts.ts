import { useCommands } from './stores/commands.ts';

const mac = navigator.userAgent.includes('Mac OS');

/** The shortcut as people read it: `⌘K`, `Ctrl+K`. */
export function shortcut(keys: string): string {
  const named = keys.split('+').map((key) => {
    if (key === 'mod') return mac ? '⌘' : 'Ctrl';
    if (key === 'shift') return mac ? '⇧' : 'Shift';
    return key.charAt(0).toUpperCase() + key.slice(1);
  });
  return named.join(mac ? '' : '+');
}

/** The same, as it is pressed while a terminal has the focus: see `handleTerminalKey`. */
export function terminalShortcut(keys: string): string {
  return shortcut(mac || keys.includes('shift') ? keys : keys.replace('mod+', 'mod+shift+'));
}

/** Runs the command whose shortcut was pressed. Plain letters are left to fields and terminals. */
export function handleKey(event: KeyboardEvent): void {
  const mod = mac ? event.metaKey : event.ctrlKey;
  if (event.defaultPrevented || (!mod && isTyping(event.target))) return;
  if (isInTerminal(event.target)) return;
  const pressed = [...(mod ? ['mod'] : []), ...(event.shiftKey ? ['shift'] : []), event.key.toLowerCase()].join('+');
  const command = useCommands().all.find(({ keys }) => keys === pressed);
  if (!command) return;
  event.preventDefault();
  command.run();
}

/**
 * In a terminal the shell gets the keys: a shortcut needs Shift with it there, but on a Mac, where no shell knows Command.
 * Returns whether a command was run.
 */
export function handleTerminalKey(event: KeyboardEvent): boolean {
  if (mac ? !event.metaKey : !event.ctrlKey || !event.shiftKey) return false;
  const key = /^Digit\d$/.test(event.code) ? event.code.slice(-1) : event.key.toLowerCase();
  const shifted = `mod+shift+${key}`;
  const wanted = mac && event.shiftKey ? [shifted] : mac ? [`mod+${key}`] : [shifted, `mod+${key}`];
  const command = useCommands().all.find(({ keys }) => keys !== undefined && wanted.includes(keys));
  command?.run();
  return command !== undefined;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}

function isInTerminal(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('.xterm *');
}
