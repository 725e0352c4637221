import { BrowserWindow, dialog } from 'electron';

/** Asks for a lab file by the system's own dialog. Undefined: the user chose none. */
export async function chooseLabFile(): Promise<string | undefined> {
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  const options = {
    properties: ['openFile' as const],
    filters: [
      { name: 'YAML', extensions: ['yaml', 'yml'] },
      { name: '*', extensions: ['*'] },
    ],
  };
  const { filePaths } = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
  return filePaths[0];
}
