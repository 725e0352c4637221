import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Terminal } from '@xterm/xterm';
import { watch } from 'vue';
import { handleTerminalKey } from '../../shortcuts.ts';
import { engine, trouble } from '../../engine-client.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { useTerminals, type TerminalTab } from '../../stores/terminals.ts';
import { terminalColours } from './terminal-colours.ts';

/** The shell of a tab and what it printed. It lives as long as its tab, wherever it is shown. */
export interface TerminalSession {
  /** Shown by putting it into the page. */
  readonly element: HTMLElement;
  readonly terminal: Terminal;
  readonly search: SearchAddon;
  /** Fits its size to the element's. */
  readonly fit: () => void;
  /** Ends the shell, and lets go of what it printed. */
  readonly end: () => void;
}

/** The session of a tab. The first call, once `element` has a size, opens the shell. */
export function sessionOf(tab: TerminalTab, place: HTMLElement): TerminalSession {
  const { sessions } = useTerminals();
  const known = sessions.get(tab.key);
  if (known) {
    place.append(known.element);
    known.fit();
    return known;
  }
  const stop = new AbortController();
  const session = newSession(place, stop);
  sessions.set(tab.key, session);
  void run(tab, session.terminal, stop.signal);
  return session;
}

/** @param stop what ends its shell */
function newSession(place: HTMLElement, stop: AbortController): TerminalSession {
  const element = document.createElement('div');
  element.className = 'h-full';
  place.append(element);
  const terminal = new Terminal({
    fontFamily: "'IBM Plex Mono', ui-monospace, monospace",
    fontSize: 13,
    scrollback: 10_000,
    cursorBlink: false,
    screenReaderMode: true,
    theme: terminalColours(),
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.open(element);
  fit.fit();
  terminal.attachCustomKeyEventHandler((event) => {
    const mine = event.type === 'keydown' && handleTerminalKey(event);
    if (mine) event.preventDefault();
    return !mine;
  });
  const preferences = usePreferences();
  const unwatch = watch(
    () => preferences.shownTheme,
    () => (terminal.options.theme = terminalColours()),
    { flush: 'post' },
  );
  const end = (): void => {
    stop.abort();
    unwatch();
    terminal.dispose();
  };
  return { element, terminal, search, fit: () => fit.fit(), end };
}

/** Opens the shell and follows it until it ends or its tab is closed. */
async function run(tab: TerminalTab, terminal: Terminal, signal: AbortSignal): Promise<void> {
  let id: string | undefined;
  /** What is typed before the shell is there. */
  let early = '';
  const ended = (error?: unknown): void => {
    id = undefined;
    tab.ended = true;
    if (error !== undefined && !signal.aborted) tab.failure = trouble(error);
  };
  const close = (): void => {
    if (id !== undefined) engine.terminals.close({ terminal: id }).catch((error: unknown) => console.warn(error));
  };
  signal.addEventListener('abort', close, { once: true });
  terminal.onData((data) => {
    if (id === undefined) early += data;
    else engine.terminals.write({ terminal: id, data }).catch(ended);
  });
  terminal.onResize(({ cols, rows }) => {
    if (id !== undefined) engine.terminals.resize({ terminal: id, columns: cols, rows }).catch(ended);
  });
  try {
    const { cols: columns, rows } = terminal;
    const opened = await engine.terminals.open({ lab: tab.lab, machine: tab.machine, columns, rows });
    id = opened.terminal;
    if (signal.aborted) {
      close();
      return;
    }
    tab.where = opened.where;
    const typed = (tab.command ?? '') + early;
    if (typed !== '') await engine.terminals.write({ terminal: id, data: typed });
    for await (const { text, ended: over } of await engine.terminals.output({ terminal: id }, { signal })) {
      terminal.write(text);
      if (over) break;
    }
    ended();
  } catch (error) {
    ended(error);
  }
}
