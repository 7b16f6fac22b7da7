// A machine behind an SSH server, with a page under a name that only that machine can resolve, on a loopback of its
// own. It consists of Linux namespaces, which only root can create.
import { readFile } from 'node:fs/promises';
import { Machine, mayMakeMachines } from '../support/faults/twoMachines';
import { spawnGroup } from '../support/processGroup.mjs';
import { startSshd } from '../support/sshd';
import { sshdProgram } from '../support/sshdSetup';
import { tempDir } from '../support/tempDir';

export interface RemoteMachine extends AsyncDisposable {
  /** `Host far` and what it needs, for an ssh_config. */
  readonly sshConfig: string;
  readonly pageUrl: string;
  /** A file with the paths that were requested, one a line. */
  readonly requests: string;
}

const name = 'wiki.far.internal';

/** @returns undefined if this system allows no namespaces */
export async function startRemoteMachine(): Promise<RemoteMachine | undefined> {
  if (!mayMakeMachines()) {
    return undefined;
  }
  const folder = await tempDir('far-');
  const machine = await Machine.start(await folder.write('hosts', `127.0.0.1 localhost ${name}\n`));
  const inside = [...machine.enter, process.execPath];
  const requests = await folder.write('requests', '');
  const page = spawnGroup(
    inside[0] ?? '',
    [...inside.slice(1), await folder.write('page.cjs', pageScript), requests],
    {
      stdio: 'ignore',
    },
  );
  const relay = await folder.write('relay.cjs', relayScript);
  const sshd = await startSshd({
    program: await folder.write(
      'sshd',
      `#!/bin/sh\nexec ${machine.enter.join(' ')} ${sshdProgram()} "$@"\n`,
      0o700,
    ),
    clientConfig: [`ProxyCommand ${inside.join(' ')} ${relay} %p`],
  });
  return {
    sshConfig: (await readFile(sshd.configFile, 'utf8')).replace('Host test-sshd', 'Host far'),
    pageUrl: `http://${name}/`,
    requests,
    async [Symbol.asyncDispose]() {
      await sshd.stop();
      await page.end();
      await machine[Symbol.asyncDispose]();
      await folder.remove();
    },
  };
}

/** The page's script must run for the second request. */
const pageScript = `
  const { appendFileSync } = require('node:fs');
  require('node:http').createServer((request, response) => {
    appendFileSync(process.argv[2], request.headers.host + request.url + '\\n');
    response.setHeader('content-type', 'text/html');
    response.end('<title>Wiki</title><script>fetch("/read?" + document.title)</script>');
  }).listen(80, '127.0.0.1');
`;

/** Connects its own standard streams to a port of the machine that it runs on. */
const relayScript = `
  const socket = require('node:net').connect(Number(process.argv[2]), '127.0.0.1');
  socket.on('close', () => process.exit());
  socket.on('error', () => process.exit(1));
  process.stdin.pipe(socket).pipe(process.stdout);
`;
