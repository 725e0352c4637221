import { existsSync } from 'node:fs';
import type { AnyAuthMethod, AuthenticationType, KeyboardInteractiveAuthMethod } from 'ssh2';
import { KeyUnusable } from '../errors.ts';
import { agentKeys, isSame, OrderedAgent } from './agent.ts';
import { readPrivateKey, readPublicKey } from './private-key.ts';
import { waysToSign } from './rsa-signatures.ts';
import type { Route } from './route.ts';
import { NO_CERTIFICATE } from './ssh-errors.ts';

/** One way to authenticate, and how to get what it needs; undefined: it cannot be had. */
interface Way {
  readonly type: AuthenticationType;
  /** What is said of it when it is refused; default: its type. */
  readonly said?: string | undefined;
  readonly method: () => Promise<AnyAuthMethod | undefined>;
}

/** The ways that the lab file allows, tried in order, each once. */
export class Authentication {
  readonly #ways: Way[];
  readonly #user: string;
  /** What was offered to the host, for the sentence that says it was refused. */
  readonly tried: string[] = [];

  private constructor(user: string, ways: Way[]) {
    this.#user = user;
    this.#ways = ways;
  }

  /** @throws KeyUnusable when the key file or the agent cannot be used. */
  static async prepare(route: Route): Promise<Authentication> {
    const { access } = route;
    const ways = [
      ...(access.agent ? await agentWays(route) : await keyWays(route)),
      ...(access.password ? passwordWays(route) : []),
    ];
    return new Authentication(access.user, ways);
  }

  /**
   * The next method that the host takes, false when there is none left. `left` is null before the first answer: then
   * 'none' asks what the host takes, as OpenSSH does, so that nobody is asked for a password in vain.
   */
  async next(left: readonly AuthenticationType[] | null): Promise<AnyAuthMethod | false> {
    if (left === null) return { type: 'none', username: this.#user };
    for (;;) {
      const index = this.#ways.findIndex(({ type }) => left.includes(type === 'agent' ? 'publickey' : type));
      const [way] = index < 0 ? [] : this.#ways.splice(index, 1);
      if (!way) return false;
      const method = await way.method();
      if (!method) continue;
      const said = way.said ?? way.type;
      if (!this.tried.includes(said)) this.tried.push(said);
      return method;
    }
  }
}

async function keyWays(route: Route): Promise<Way[]> {
  const { user, key: file } = route.access;
  if (file === undefined) return [];
  const key = await readPrivateKey(route, file);
  const said = hasCertificate(file) ? `publickey (${NO_CERTIFICATE}, only the key)` : undefined;
  return waysToSign(key).map((way) => ({
    type: 'publickey',
    said,
    method: async () => ({ type: 'publickey', username: user, key: way }),
  }));
}

/** The agent, before it the key of the lab file unless the agent has that one: then it is the first that the agent offers. */
async function agentWays(route: Route): Promise<Way[]> {
  const { name, access } = route;
  const socket = process.env['SSH_AUTH_SOCK'];
  if (!socket) {
    throw new KeyUnusable(name, `${name}: the lab file asks for the SSH agent, but SSH_AUTH_SOCK is not set.`);
  }
  const keys = await agentKeys(socket);
  const meant = access.key === undefined ? undefined : await readPublicKey(access.key);
  const has = keys?.some((key) => isSame(key, meant?.key)) ?? false;
  if (meant?.alone && !has) {
    const why = keys ? 'has not its private key' : 'does not answer';
    throw new KeyUnusable(name, `${name}: ${access.key ?? ''} is a public key, and the SSH agent ${why}.`);
  }
  const agent = new OrderedAgent(socket, keys ?? [], meant?.key);
  const method = async (): Promise<AnyAuthMethod> => ({ type: 'agent', username: access.user, agent });
  return [...(has ? [] : await keyWays(route)), { type: 'agent', said: agentSaid(access.key, keys), method }];
}

function agentSaid(file: string | undefined, keys: readonly unknown[] | undefined): string {
  if (!keys) return 'agent (it does not answer)';
  return file !== undefined && hasCertificate(file) ? `agent (${NO_CERTIFICATE}, only keys)` : 'agent';
}

function hasCertificate(file: string): boolean {
  return existsSync(`${file.replace(/\.pub$/, '')}-cert.pub`);
}

function passwordWays({ name, access, secrets }: Route): Way[] {
  let asked: Promise<string | undefined> | undefined;
  const ask = () => (asked ??= secrets.password(name));
  const username = access.user;
  const password = async (): Promise<AnyAuthMethod | undefined> => {
    const given = await ask();
    return given === undefined ? undefined : { type: 'password', username, password: given };
  };
  const keyboard = async (): Promise<AnyAuthMethod | undefined> => {
    const given = await ask();
    return given === undefined ? undefined : { type: 'keyboard-interactive', username, prompt: answering(given) };
  };
  return [
    { type: 'password', method: password },
    { type: 'keyboard-interactive', method: keyboard },
  ];
}

/** Answers only what is asked without echo: a password. Anything else is not ours to know. */
function answering(password: string): KeyboardInteractiveAuthMethod['prompt'] {
  return (...[, , , prompts, finish]) => finish(prompts.map(({ echo }) => (echo ? '' : password)));
}
