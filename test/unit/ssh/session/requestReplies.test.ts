// Requests to a server that answers late or not at all. The replies are given by hand, because a real server can't be
// made to answer at a chosen moment.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ServerRequests } from '../../../../src/tunnels/ssh/session/requestReplies';
import type { Reply, ServerRequest } from '../../../../src/tunnels/ssh/session/requestReplies';

function requestTo(
  send: (reply: Reply<number>) => unknown,
  options: Partial<ServerRequest<number, number>> = {},
): ServerRequest<number, number> {
  return { timeoutMs: 60_000, send, granted: (port) => port, refused: (raw) => raw, ...options };
}

describe('a request to the server', () => {
  it('is granted in the tick of the reply', async () => {
    const requests = new ServerRequests();
    let granted = 0;
    const result = requests.request(
      requestTo((reply) => reply(undefined, 9000), { granted: (port) => (granted = port) }),
    );
    assert.equal(granted, 9000);
    assert.equal(await result, 9000);
  });

  it('fails when it can not be sent, and when the session ends', async () => {
    const requests = new ServerRequests();
    const unsent = requests.request(
      requestTo(() => {
        throw new Error('Not connected');
      }),
    );
    await assert.rejects(unsent, { message: 'Not connected' });
    const unanswered = requests.request(requestTo(() => undefined));
    requests.sessionEnded();
    await assert.rejects(unanswered, { message: 'the connection ended' });
  });

  it('is undone when it is granted after its time-out', async () => {
    const requests = new ServerRequests();
    const undone: number[] = [];
    let reply: Reply<number> = () => undefined;
    const late = requests.request(
      requestTo((later) => (reply = later), {
        timeoutMs: 1,
        granted: () => assert.fail('granted'),
        tooLate: (port) => undone.push(port),
      }),
    );
    await assert.rejects(late, { message: 'the server did not answer' });
    reply(undefined, 9000);
    assert.deepEqual(undone, [9000]);
  });

  it('is explained by the debug messages since it was sent, but not by those of the login', async () => {
    const requests = new ServerRequests();
    requests.onDebugMessage('about something else');
    let explanation: readonly string[] = [];
    let reply: Reply<number> = () => undefined;
    const refused = requests.request(
      requestTo((later) => (reply = later), {
        refused: (raw) => {
          explanation = requests.takeDebugMessages();
          return raw;
        },
      }),
    );
    requests.onDebugMessage('/home/me/.ssh/authorized_keys:1: key options: pty');
    requests.onDebugMessage('Server has disabled port forwarding.');
    reply(new Error('refused'), 0);
    await assert.rejects(refused, { message: 'refused' });
    assert.deepEqual(explanation, ['Server has disabled port forwarding.']);
  });
});
