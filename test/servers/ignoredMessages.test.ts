// AsyncSSH sends SSH_MSG_IGNORE before every other message (RFC 4253 §11.2). A session with it lasts as long as any.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { hostFor } from '../support/servers/otherServer';
import { asyncssh } from '../support/servers/scriptServer';
import { target } from '../support/targetAndClient';
import { TestWindow, testDaemon } from '../support/testWindow';
import { dial, exchange } from './socketIo';

/** More than the useless messages that a server may send at once. */
const replies = 12_000;
const chats = 40;

describe('AsyncSSH, which sends SSH_MSG_IGNORE before every message', () => {
  it(`stays connected for more than ${replies} replies`, async () => {
    await using daemon = await testDaemon();
    await using server = await asyncssh.start();
    await using echo = await target((socket) => socket.pipe(socket));
    const window = await TestWindow.open(daemon, server);
    await window.bringUp({ host: hostFor('publickey'), localForward: `0:127.0.0.1:${echo.port}` });
    const chat = async (): Promise<void> => {
      const socket = await dial(window.port());
      for (let n = 0; n < replies / chats; n++) {
        assert.equal(await exchange(socket, `question ${n}`), `question ${n}`);
      }
      socket.end();
    };
    await Promise.all(Array.from({ length: chats }, chat));
    assert.deepEqual(window.history(), ['stopped', 'connecting', 'up']);
    window.disconnect();
  });
});
