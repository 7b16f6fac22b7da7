// What a tunnel does with a server of any kind: the same tests for each. A test that fails because of our own fault
// is listed with the reason; it still runs, and must fail.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { eventually, longWaitMs } from '../support/eventually';
import { TestWindow, testDaemon } from '../support/testWindow';
import { target } from '../support/targetAndClient';
import { hostFor, Parts } from '../support/servers/otherServer';
import type { ServerKind } from '../support/servers/otherServer';
import { exchange, dial } from './socketIo';
import { forwardTests } from './forwardTests';
import { sessionTests } from './sessionTests';
import { forwardWays } from './forwardWays';
import type { ServerSuite } from './suiteParts';

export interface KnownFailure {
  readonly because: string;
  /** Matches the failure's message, or the daemon's log. */
  readonly failsWith: RegExp;
}

/** @param knownToFail by the names of the tests */
export function serverSuite(
  kind: ServerKind,
  knownToFail: Readonly<Record<string, KnownFailure>> = {},
): void {
  const names = new Set<string>();
  const suite = {
    kind,
    defineTest: (group, title, run) => {
      const name = `${group}: ${title}`;
      const known = knownToFail[name];
      names.add(name);
      it(title, known ? () => failsAsKnown(suite, name, run, known) : run);
    },
  } as { -readonly [Part in keyof ServerSuite]: ServerSuite[Part] };
  const parts = new Parts();

  describe(kind.name, function () {
    // First of all, because hooks and tests copy it when they are defined.
    this.timeout(3 * longWaitMs);

    before(async () => {
      const daemon = parts.use(await testDaemon());
      suite.server = parts.use(await kind.start());
      const window = await TestWindow.open(daemon, suite.server);
      parts.use({ [Symbol.dispose]: () => window.disconnect() });
      suite.window = window;
    });
    after(() => parts[Symbol.asyncDispose]());

    describe('a login', () => loginTests(suite));
    for (const way of forwardWays.filter(({ needs }) => needs === undefined || kind.can[needs])) {
      describe(way.title, () => forwardTests(suite, way));
    }
    describe('a session', () => sessionTests(suite));

    it('has a test for every known failure', () => {
      const unknown = Object.keys(knownToFail).filter((name) => !names.has(name));
      assert.deepEqual(unknown, []);
    });
  });
}

function loginTests(suite: ServerSuite): void {
  after(() => suite.window.lease());

  for (const method of suite.kind.can.logins) {
    suite.defineTest('a login', `happens once with ${method}`, async () => {
      const { server, window } = suite;
      const before = server.logins().length;
      window.questions.length = 0;
      window.answer = () => server.password;
      await using echo = await target((socket) => socket.pipe(socket));
      await window.bringUp({ host: hostFor(method), localForward: `0:127.0.0.1:${echo.port}` });
      const socket = await dial(window.port());
      assert.equal(await exchange(socket, 'hello'), 'hello');
      socket.end();
      await eventually('the login is in the log', () => server.logins().length > before);
      assert.deepEqual(server.logins().slice(before), [method]);
      assert.equal(window.questions.length, method === 'publickey' ? 0 : 1);
    });
  }
}

async function failsAsKnown(
  { window }: ServerSuite,
  name: string,
  run: () => Promise<void>,
  { failsWith }: KnownFailure,
): Promise<void> {
  const logged = window.log.length;
  const failure = await run().then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure === undefined) {
    throw new Error(`"${name}" no longer fails: remove it from the list`);
  }
  const said = failure instanceof Error ? failure.message : '';
  // A client may notice it before it is logged.
  const isAsKnown = (): boolean => [said, ...window.log.slice(logged)].some((line) => failsWith.test(line));
  await window.until(isAsKnown, 'as known', longWaitMs).catch(() => {
    throw new Error(`"${name}" fails in another way than is known`, { cause: failure });
  });
}
