import { installDebianPackages } from './debian-packages.ts';

/** Debian's browser, in which the tests look at the window. */
export const chromium = '/usr/bin/chromium';

const PACKAGES = [
  ...['chromium', 'fonts-noto-cjk', 'xvfb', 'xauth'],
  // of Electron
  ...['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libxss1', 'libatk-bridge2.0-0', 'libdrm2', 'libxdamage1'],
  ...['libxtst6', 'libcups2', 'libnotify4', 'libsecret-1-0'],
  // a key ring for it, and a keyboard
  ...['dbus', 'gnome-keyring', 'xdotool'],
];

/** On Debian, as root: installs what the tests of the window need and is not there. Elsewhere nothing. */
export function installWindowPackages(): void {
  installDebianPackages(PACKAGES);
}
