import type { FoundLauncher } from './launcher-place.ts';
import { Refused } from '../refused.ts';

/** Hoplab runs from a checkout, or as a page. */
export function noApp(door: 'desktop' | 'browser' | 'cli'): Refused {
  return new Refused(
    door === 'desktop'
      ? { en: 'This window runs from a checkout', ja: 'このウィンドウはチェックアウトから動いています' }
      : { en: 'This page is not the desktop app', ja: 'このページはデスクトップアプリではありません' },
    door === 'desktop'
      ? {
          en: 'Install the app, or the command line from its tarball (npm install --global).',
          ja: 'アプリか、コマンドラインの tarball (npm install --global) をインストールしてください。',
        }
      : {
          en: 'The app installs its command itself; `npm install --global` installs the one that serves this page.',
          ja: 'アプリは自分のコマンドをインストールします。このページを提供しているコマンドは `npm install --global` でインストールできます。',
        },
  );
}

export function noSystem(): Refused {
  return new Refused(
    {
      en: 'The app installs its command on macOS and Linux only',
      ja: 'アプリがコマンドをインストールできるのは macOS と Linux だけです',
    },
    {
      en: 'Install the command line with Node.js (npm install --global).',
      ja: 'Node.js (npm install --global) でコマンドラインをインストールしてください。',
    },
  );
}

export function noPlaceOfAppImage(): Refused {
  return new Refused(
    {
      en: 'Hoplab runs from a mounted AppImage, and APPIMAGE does not name its file',
      ja: 'マウントされた AppImage から動いていますが、APPIMAGE がそのファイルを示していません',
    },
    { en: 'Start the AppImage itself.', ja: 'AppImage そのものを起動してください。' },
  );
}

export function noAppOnMac(): Refused {
  return new Refused(
    { en: 'Hoplab does not run from an app on this Mac', ja: 'この Mac のアプリから動いていません' },
    { en: 'Start Hoplab.app.', ja: 'Hoplab.app を起動してください。' },
  );
}

export function translocated(): Refused {
  return new Refused(
    {
      en: 'macOS runs Hoplab from a temporary copy (App Translocation), to which no command can point',
      ja: 'macOS が Hoplab を一時的なコピー (App Translocation) から動かしているため、コマンドから指せません',
    },
    {
      en: 'Quit Hoplab, move it to the Applications folder with the Finder, and start it there.',
      ja: 'Hoplab を終了し、Finder で「アプリケーション」フォルダーに移してから、そこで起動してください。',
    },
  );
}

export function onVolume(app: string): Refused {
  return new Refused(
    {
      en: `Hoplab runs from a disk image or another volume (${app})`,
      ja: `Hoplab がディスクイメージか別のボリューム (${app}) から動いています`,
    },
    {
      en: 'Quit Hoplab, move it to the Applications folder, and start it there.',
      ja: 'Hoplab を終了し、「アプリケーション」フォルダーに移してから、そこで起動してください。',
    },
  );
}

/** The dialog was closed, or the user may not administer this Mac. */
export function administratorRefused(command: string): Refused {
  return new Refused(
    {
      en: 'Nothing was changed: macOS did not allow it',
      ja: '何も変更していません。macOS の許可が得られませんでした',
    },
    {
      en: `Try again and give an administrator's password, or run it as root in a terminal: ${command}`,
      ja: `もう一度試して管理者のパスワードを入力するか、ターミナルで root として実行してください: ${command}`,
    },
  );
}

/** What is at the command's place is not for Hoplab to change. */
export function notOurs(found: Exclude<FoundLauncher, { administrator: boolean }>): Refused {
  const { path } = found;
  if (found.state === 'provided')
    return new Refused(
      { en: `${path} belongs to the package of the system`, ja: `${path} はシステムのパッケージのものです` },
      {
        en: 'It is installed and removed with that package.',
        ja: 'そのパッケージと一緒にインストール・削除されます。',
      },
    );
  const { what } = found;
  return new Refused(
    { en: `${path} is not Hoplab's: ${what.en}`, ja: `${path} は Hoplab のものではありません: ${what.ja}` },
    {
      en: 'Hoplab leaves it alone. Move or rename it first.',
      ja: 'Hoplab は手を付けません。先に移動するか、名前を変えてください。',
    },
  );
}

export function appIsGone(path: string): Refused {
  return new Refused(
    { en: `${path} is no longer there`, ja: `${path} はもうありません` },
    {
      en: 'Quit Hoplab, and start it from where it is now.',
      ja: 'Hoplab を終了し、今ある場所から起動してください。',
    },
  );
}

/** @param why in the system's own words */
export function launcherUnusable(path: string, why: string): Refused {
  return new Refused(
    { en: `${path} cannot be used (${why})`, ja: `${path} を使えません (${why})` },
    { en: 'Fix its permissions, and try again.', ja: '権限を直してから、もう一度試してください。' },
  );
}
