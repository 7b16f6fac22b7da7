// Where the SSH agent is looked for, and which of its answers are errors.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, it } from 'mocha';
import { Agent, agentSocket } from '../../../../src/tunnels/ssh/auth/agent';
import { tempDir } from '../../../support/tempDir';

describe('the agent socket', () => {
  const env = { SSH_AUTH_SOCK: '/run/agent', MINE: '/run/mine', EMPTY: '' };
  const pipe = String.raw`\\.\pipe\openssh-ssh-agent`;
  const rows: readonly [string | undefined, object, NodeJS.Platform, string | undefined][] = [
    [undefined, env, 'linux', '/run/agent'],
    [undefined, {}, 'linux', undefined],
    [undefined, env, 'win32', '/run/agent'],
    [undefined, {}, 'win32', pipe],
    ['none', env, 'win32', undefined],
    ['none', env, 'linux', undefined],
    ['SSH_AUTH_SOCK', env, 'linux', '/run/agent'],
    ['$MINE', env, 'linux', '/run/mine'],
    ['$EMPTY', env, 'linux', undefined],
    ['$EMPTY', env, 'win32', undefined],
    ['/run/other', env, 'linux', '/run/other'],
    [pipe, {}, 'win32', pipe],
  ];
  for (const [identityAgent, variables, platform, place] of rows) {
    it(`is ${place ?? 'none'} for IdentityAgent ${identityAgent ?? 'not set'} with ${JSON.stringify(variables)} on ${platform}`, () => {
      assert.equal(agentSocket(identityAgent, { ...variables }, platform), place);
    });
  }
});

describe('an SSH agent', () => {
  const answers: readonly (readonly [name: string, answer: Buffer | undefined, error: RegExp])[] = [
    ['that is locked or refuses', Buffer.of(0, 0, 0, 1, 5), /refused/],
    ['that speaks another protocol', Buffer.from('HTTP/1.1 400 Bad Request'), /not an SSH agent/],
    ['that announces more keys than it sends', Buffer.of(0, 0, 0, 5, 12, 0, 0, 0, 9), /./],
    ['that sends an empty answer', Buffer.of(0, 0, 0, 0), /not an SSH agent/],
    ['that closes the connection', undefined, /hung up|EPIPE|ECONNRESET/],
  ];
  for (const [name, answer, error] of answers) {
    it(`${name} is reported as an error at once`, async () => {
      await using dir = await tempDir('agent-');
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        if (answer) {
          socket.write(answer);
        } else {
          socket.destroy();
        }
      });
      server.listen(dir.file('socket'));
      await once(server, 'listening');
      try {
        using agent = new Agent(dir.file('socket'));
        await assert.rejects(agent.list(), error);
      } finally {
        server.close();
      }
    });
  }
});
