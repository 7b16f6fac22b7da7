// What a tunnel does with a server of any kind: the same tests for each.
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

export function serverSuite(kind: ServerKind): void {
  const suite = { kind } as { -readonly [Part in keyof ServerSuite]: ServerSuite[Part] };
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
  });
}

function loginTests(suite: ServerSuite): void {
  after(() => suite.window.lease());

  for (const method of suite.kind.can.logins) {
    it(`happens once with ${method}`, async () => {
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
