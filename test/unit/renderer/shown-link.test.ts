import type { ClientContext, ClientLink } from '@orpc/client';
import { ORPCError } from '@orpc/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shown } from '../../../src-main/contract/shown.ts';
import { ShownLink } from '../../../src-renderer/shown-link.ts';

const SAID = 'safe\u202eexe.\u001b[2J\u0007\u009b\u{e0041}\r\nnext\tline ✓ 次';
const TOLD = 'safe\\u202eexe.\\x1b[2J\\x07\\x9b\\u{e0041}\\x0d\nnext\tline ✓ 次';

/** A line to an engine that answers this, whatever it is asked. */
function answering(answer: () => unknown): ShownLink {
  const link: ClientLink<ClientContext> = { call: async () => answer() };
  return new ShownLink(link);
}

async function* steps(...values: readonly unknown[]): AsyncGenerator {
  yield* values;
}

const call = (link: ShownLink, path: string) => link.call(path.split('.'), undefined, { context: {} });

async function all(stream: unknown): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of stream as AsyncIterable<unknown>) values.push(value);
  return values;
}

describe('what a window shows', () => {
  it.each(['rollouts.check', 'topology.evidence', 'paths.open', 'labs.list', 'journals.list'])(
    'has no control characters of machines: %s',
    async (path) => {
      const link = answering(() => ({ evidence: [{ stdout: SAID, exitCode: 0, at: null }], name: SAID, of: [SAID] }));
      expect(await call(link, path)).toEqual({
        evidence: [{ stdout: TOLD, exitCode: 0, at: null }],
        name: TOLD,
        of: [TOLD],
      });
    },
  );

  it.each(['lab.watch', 'rollouts.watch', 'topology.watch', 'paths.trace', 'journals.read'])(
    'has none in any step of a stream: %s',
    async (path) => {
      const link = answering(() => steps({ events: [{ text: SAID }] }, SAID));
      expect(await all(await call(link, path))).toEqual([{ events: [{ text: TOLD }] }, TOLD]);
    },
  );

  it('has none in what went wrong, at once or later', async () => {
    const fail = (): never => {
      const data = { title: { en: SAID, ja: SAID }, detail: SAID, remedy: { en: '', ja: '' } };
      throw new ORPCError('FAILED', { data, message: SAID, defined: true });
    };
    async function* failing(): AsyncGenerator {
      yield SAID;
      fail();
    }
    const told = {
      code: 'FAILED',
      defined: true,
      message: TOLD,
      data: { title: { en: TOLD, ja: TOLD }, detail: TOLD },
    };
    await expect(call(answering(fail), 'labs.add')).rejects.toMatchObject(told);
    await expect(all(await call(answering(failing), 'paths.trace'))).rejects.toMatchObject(told);
  });

  it('is told that the engine went away as before', async () => {
    const gone = new Error('gone');
    const link = answering(() => {
      throw gone;
    });
    await expect(call(link, 'labs.list')).rejects.toBe(gone);
  });

  it('tells the engine when nobody reads on', async () => {
    let ended = false;
    async function* endless(): AsyncGenerator {
      try {
        for (;;) yield SAID;
      } finally {
        ended = true;
      }
    }
    const stream = (await call(answering(endless), 'lab.watch')) as AsyncIterable<unknown>;
    for await (const value of stream) {
      expect(value).toBe(TOLD);
      break;
    }
    expect(ended).toBe(true);
  });

  it('is what a terminal shows, of any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        expect(
          await call(
            answering(() => ({ text })),
            'rollouts.check',
          ),
        ).toEqual({ text: shown(text) });
      }),
    );
  });

  it('keeps what is no text as it is', async () => {
    const at = new Date(0);
    expect(
      await call(
        answering(() => ({ at, none: null, count: 3, left: undefined })),
        'labs.list',
      ),
    ).toEqual({
      at,
      none: null,
      count: 3,
      left: undefined,
    });
  });
});

describe('what is not shown, but obeyed or written back', () => {
  it("is a terminal of the user's own", async () => {
    const link = answering(() => steps({ text: SAID, ended: false }));
    expect(await all(await call(link, 'terminals.output'))).toEqual([{ text: SAID, ended: false }]);
  });

  it('is a lab file in the editor', async () => {
    expect(
      await call(
        answering(() => ({ file: '/a', text: SAID })),
        'labs.read',
      ),
    ).toEqual({ file: '/a', text: SAID });
  });
});
