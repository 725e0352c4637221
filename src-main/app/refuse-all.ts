import { app, session, shell, type DownloadItem, type WebContents } from 'electron';
import { isReleaseNotes, projectPage } from '../engine/updates/project-page.ts';
import { isPage } from './page-protocol.ts';

/** Refuses whatever a page may ask of a browser and Hoplab's page never does. */
export function refuseAll(): void {
  session.defaultSession.setPermissionRequestHandler((contents, permission, decide) => {
    decide(permission === 'clipboard-sanitized-write' && isPage(contents.getURL()));
  });
  session.defaultSession.setPermissionCheckHandler((contents, permission) => {
    return permission === 'clipboard-sanitized-write' && contents !== null && isPage(contents.getURL());
  });
  session.defaultSession.setDevicePermissionHandler(() => false);
  session.defaultSession.webRequest.onBeforeRequest((request, decide) => decide({ cancel: !isOwn(request.url) }));
  session.defaultSession.on('will-download', (event, item) => {
    if (!isMadeByPage(item)) event.preventDefault(); // else the system asks the user where to
  });
  app.on('web-contents-created', (_, contents) => confine(contents));
}

/** A page stays where it is, opens nothing but the release notes in the user's browser, and holds no other page. */
function confine(contents: WebContents): void {
  const page = projectPage();
  contents.setWindowOpenHandler(({ url }) => {
    if (isReleaseNotes(url, page)) void shell.openExternal(url);
    return { action: 'deny' };
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('will-navigate', (event, url) => {
    if (!isPage(url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
}

/** What the page itself made and the user exports, such as the run log. */
function isMadeByPage(item: DownloadItem): boolean {
  return item.getURL().startsWith('blob:') && isPage(item.getURL().slice('blob:'.length));
}

/** The page, and the developer tools' own files. Data and blobs are made by the page itself. */
function isOwn(url: string): boolean {
  return isPage(url) || /^(?:devtools|data|blob):/.test(url);
}
