import type { ITheme } from '@xterm/xterm';

/** The colours of a terminal from the tokens of the theme that is on now. */
export function terminalColours(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => hex(style.getPropertyValue(`--${name}`));
  return {
    background: token('sunken'),
    foreground: token('ink'),
    cursor: token('accent'),
    cursorAccent: token('sunken'),
    selectionBackground: token('accent-soft'),
    black: token('ink'),
    red: token('failed'),
    green: token('ok'),
    yellow: token('attention'),
    blue: token('app'),
    magenta: token('gateway'),
    cyan: token('overlay'),
    white: token('ink-faint'),
    brightBlack: token('ink-soft'),
    brightRed: token('failed'),
    brightGreen: token('ok'),
    brightYellow: token('attention'),
    brightBlue: token('app'),
    brightMagenta: token('gateway'),
    brightCyan: token('overlay'),
    brightWhite: token('ink'),
  };
}

/** xterm reads hexadecimal colours; the tokens are OKLCH. A canvas knows both. */
function hex(colour: string): string {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d');
  if (!context) return '#808080';
  context.fillStyle = colour.trim();
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
