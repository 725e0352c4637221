/* oxlint-disable typescript/no-deprecated -- their asynchronous successors are not in Electron 25 */
import { safeStorage } from 'electron';
import type { Encryption } from '../engine/secret-store.ts';

/**
 * The key chain of macOS, DPAPI on Windows, the key ring of the desktop on Linux. Undefined where there is none: Chromium's
 * own fallback, a password that everybody knows, protects nothing. Only after the app is ready.
 */
export function systemEncryption(): Encryption | undefined {
  if (!safeStorage.isEncryptionAvailable()) return undefined;
  if (isOpen()) return undefined;
  return {
    encrypt: (text) => safeStorage.encryptString(text).toString('base64'),
    decrypt: (text) => safeStorage.decryptString(Buffer.from(text, 'base64')),
  };
}

/** Whether it is Chromium's fallback. Electron 25 does not tell, and uses it only when asked for. */
function isOpen(): boolean {
  const told: { getSelectedStorageBackend?: () => string } = safeStorage;
  return process.platform === 'linux' && told.getSelectedStorageBackend?.() === 'basic_text';
}
