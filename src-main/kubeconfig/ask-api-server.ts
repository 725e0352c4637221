import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Credentials {
  readonly server: string;
  /** PEM, all three. */
  readonly authority: string;
  readonly certificate: string;
  readonly privateKey: string;
}

/** Milliseconds for one answer. */
const PATIENCE = 4000;
/** Times: a binding that was made just now may not be known yet. */
const TRIES = 5;

/** Asks the API server for what only an administrator may see, from this computer and without a proxy. @throws Error: why not */
export async function askApiServer(credentials: Credentials): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const status = await ask(credentials);
    if (status === 200) return;
    if (status !== 403 || tries === TRIES) throw new Error(`HTTP status ${status}`);
    await sleep(500);
  }
}

function ask({ server, authority, certificate, privateKey }: Credentials): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(`${server}/api/v1/secrets?limit=1`, {
      ca: authority,
      cert: certificate,
      key: privateKey,
      agent: false,
      signal: AbortSignal.timeout(PATIENCE),
    });
    asked.on('response', (response) => {
      response.resume(); // what it says is not wanted
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject);
    asked.end();
  });
}
