import { existsSync } from 'node:fs';
import type { AnyAuthMethod, AuthenticationType, KeyboardInteractiveAuthMethod } from 'ssh2';
import { KeyUnusable } from '../errors.ts';
import { readPrivateKey } from './private-key.ts';
import type { Route } from './route.ts';

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
    const ways: Way[] = [];
    if (access.key !== undefined) ways.push(await keyWay(route, access.key));
    if (access.agent) ways.push(agentWay(route));
    if (access.password) ways.push(...passwordWays(route));
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
      this.tried.push(way.said ?? way.type);
      return method;
    }
  }
}

async function keyWay(route: Route, file: string): Promise<Way> {
  const key = await readPrivateKey(route, file);
  // https://github.com/mscdex/ssh2/issues/551
  const said = existsSync(`${file}-cert.pub`)
    ? 'publickey (its certificate cannot be offered, only the key)'
    : undefined;
  return { type: 'publickey', said, method: async () => ({ type: 'publickey', username: route.access.user, key }) };
}

function agentWay({ name, access }: Route): Way {
  const agent = process.env['SSH_AUTH_SOCK'];
  if (!agent) {
    throw new KeyUnusable(name, `${name}: the lab file asks for the SSH agent, but SSH_AUTH_SOCK is not set.`);
  }
  return { type: 'agent', method: async () => ({ type: 'agent', username: access.user, agent }) };
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
