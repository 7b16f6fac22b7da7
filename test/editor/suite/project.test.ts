// A folder with tunnels in its settings: started automatically, reported as they are, and changed when the settings
// change.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import type { SshTunnelsApi } from '../../../src/extension/api.d';
import { readEndpointFile } from '../../../src/tunnels/daemon/endpoint/endpointFile';
import { endpointFolder } from '../../../src/tunnels/daemon/endpoint/endpointFolder';
import { freePort } from '../../support/freePort';
import { client, exchange } from '../../support/targetAndClient';
import { pageText, projectTunnels, settingsText } from '../testProject';
import {
  activate,
  eventually,
  forward,
  pickLast,
  portOf,
  tunnel,
  facts,
  untilRefused,
} from './extensionUnderTest';

const run = promisify(execFile);
const settingsFile = join(facts.folder, '.vscode/settings.json');

export function projectTests(): void {
  describe('a folder with tunnels', () => {
    let api: SshTunnelsApi;
    const staging = (): ReturnType<typeof tunnel> => tunnel(api, 'workspace:staging');
    const port = (label: string): number => portOf(forward(staging(), label));

    before(async () => {
      api = await activate();
      await api.whenSettled();
    });

    it('starts them automatically, and reports their exact state', () => {
      const { status, degraded, host, origin, forwards } = staging();
      assert.deepEqual(
        { status, degraded, host, origin },
        { status: 'up', degraded: false, host: 'test-sshd', origin: 'workspace' },
      );
      assert.deepEqual(
        forwards.map((info) => [info.kind, info.label, info.status, info.target, info.bound.length]),
        [
          ['local', 'Page', 'listening', `127.0.0.1:${facts.pagePort}`, 2],
          ['local', 'Echo', 'listening', `127.0.0.1:${facts.echoPort}`, 2],
          ['local', 'Closed', 'listening', `127.0.0.1:${facts.closedPort}`, 2],
        ],
      );
    });

    it('lists an invalid entry with its position, and keeps the others running', () => {
      const broken = tunnel(api, 'workspace:broken');
      assert.equal(broken.status, 'failed');
      assert.equal(broken.error?.code, 'InvalidDefinition');
      assert.match(broken.error.message, /sshTunnels\.tunnels\.broken\.localForward\[0\]/);
    });

    it('keeps a tunnel stopped that was stopped during its start', async () => {
      const started = assert.rejects(api.start('manual'), { code: 'AuthenticationCancelled' });
      await sleep(0);
      await api.stop('manual');
      await started;
      await api.whenSettled();
      assert.equal(tunnel(api, 'workspace:manual').status, 'stopped');
    });

    it(`doesn't start a tunnel with "autoStart": false`, () => {
      assert.equal(tunnel(api, 'workspace:manual').status, 'stopped');
    });

    it("lists the user's tunnels, and in a remote window starts those that run everywhere", () => {
      assert.equal(tunnel(api, 'user:own').origin, 'user');
      const expected = vscode.env.remoteName === undefined ? 'up' : 'stopped';
      assert.equal(tunnel(api, 'user:own').status, expected);
      assert.equal(tunnel(api, 'user:own everywhere').status, 'up');
    });

    it('serves curl', async () => {
      const { stdout } = await run('curl', ['-q', '-sS', '--include', `http://127.0.0.1:${port('Page')}/`], {
        maxBuffer: 16 * 1024 * 1024,
      });
      assert.equal(stdout, pageText);
    });

    it('reports a refused target, and keeps the forward listening', async () => {
      assert.equal((await exchange(port('Closed'), 'hello')).error, 'ECONNRESET');
      await eventually(
        () => forward(staging(), 'Closed').error?.code === 'TargetRefused',
        () => JSON.stringify(forward(staging(), 'Closed')),
      );
      assert.equal(forward(staging(), 'Closed').status, 'listening');
      assert.equal(staging().status, 'up');
    });

    it('counts no connection after 200 have been ended, reset and destroyed', async () => {
      await Promise.all(
        Array.from({ length: 200 }, async (_, index) => {
          const { socket, done } = client(port('Echo'));
          socket.write('x');
          await once(socket, 'data');
          if (index % 3 === 0) {
            socket.end();
          } else if (index % 3 === 1) {
            socket.resetAndDestroy();
          } else {
            socket.destroy();
          }
          await done;
        }),
      );
      await eventually(
        () => forward(staging(), 'Echo').connections === 0 && forward(staging(), 'Echo').bytesIn === 200,
        () => JSON.stringify(forward(staging(), 'Echo')),
      );
    });

    it('only restarts the tunnels that a settings change affects', async () => {
      const { socket, done } = client(port('Echo'));
      socket.write('still there?');
      await once(socket, 'data');
      const { manual: _manual, ...tunnels } = projectTunnels(facts);
      const added = { host: 'test-sshd', localForward: `0:127.0.0.1:${facts.echoPort}` };
      await writeFile(
        settingsFile,
        settingsText({ ...tunnels, broken: { ...added, reconnect: false }, added }),
      );
      await eventually(
        () => api.tunnels.some(({ id, status }) => id === 'workspace:added' && status === 'up'),
        () => JSON.stringify(api.tunnels),
      );
      await eventually(
        () => tunnel(api, 'workspace:broken').status === 'up',
        () => JSON.stringify(tunnel(api, 'workspace:broken')),
      );
      assert.ok(!api.tunnels.some(({ id }) => id === 'workspace:manual'));
      const gone = portOf(tunnel(api, 'workspace:added').forwards[0]!);
      await writeFile(settingsFile, settingsText(projectTunnels(facts)));
      await eventually(
        () => !api.tunnels.some(({ id }) => id === 'workspace:added'),
        () => JSON.stringify(api.tunnels),
      );
      await untilRefused(gone);
      socket.write('and now?');
      const [answer] = (await once(socket, 'data')) as [Buffer];
      assert.equal(answer.toString(), 'and now?');
      socket.destroy();
      await done;
    });

    it('keeps a stopped tunnel stopped while the settings change', async () => {
      const added = { host: 'test-sshd', localForward: `0:127.0.0.1:${facts.echoPort}` };
      await writeFile(settingsFile, settingsText({ ...projectTunnels(facts), added }));
      const status = (): string | undefined => api.tunnels.find(({ id }) => id === 'workspace:added')?.status;
      await eventually(
        () => status() !== undefined,
        () => JSON.stringify(api.tunnels),
      );
      await api.stop('workspace:added');
      assert.equal(status(), 'stopped');
      const later = {
        host: 'test-sshd',
        localForward: `0:127.0.0.1:${facts.pagePort}`,
        serverAliveCountMax: 9,
      };
      // A later change is finished, so what the earlier change has started is finished too.
      await writeFile(settingsFile, settingsText({ ...projectTunnels(facts), added, later }));
      await eventually(
        () => api.tunnels.some(({ id, status: itsStatus }) => id === 'workspace:later' && itsStatus === 'up'),
        () => JSON.stringify(api.tunnels),
      );
      assert.equal(status(), 'stopped');
      await writeFile(settingsFile, settingsText(projectTunnels(facts)));
      await eventually(
        () => status() === undefined,
        () => JSON.stringify(api.tunnels),
      );
    });

    it('stops and starts a tunnel by command and name', async () => {
      const before = port('Page');
      await vscode.commands.executeCommand('sshTunnels.stop', 'staging');
      assert.equal(staging().status, 'stopped');
      assert.equal((await exchange(before)).error, 'ECONNREFUSED');
      await vscode.commands.executeCommand('sshTunnels.start', 'workspace:staging');
      assert.equal(staging().status, 'up');
      assert.equal(port('Page'), before, 'any free port means the same one again');
      await vscode.commands.executeCommand('sshTunnels.restart', 'staging');
      assert.equal(staging().status, 'up');
    });

    it('stops and starts all tunnels', async () => {
      await vscode.commands.executeCommand('sshTunnels.stopAll');
      assert.ok(!api.tunnels.some(({ status }) => status === 'up'), JSON.stringify(api.tunnels));
      await api.start('staging');
      await api.start('user:own everywhere');
      assert.equal(staging().status, 'up');
    });

    it('copies a local address', async () => {
      await vscode.commands.executeCommand('sshTunnels.copyLocalAddress', 'staging/Echo');
      assert.equal(await vscode.env.clipboard.readText(), `127.0.0.1:${port('Echo')}`);
    });

    it('copies the ssh command line of a tunnel, with the ports it has found', async () => {
      await vscode.commands.executeCommand('sshTunnels.copyAsSshCommand', 'staging');
      const config = vscode.workspace.getConfiguration().get<string>('sshTunnels.sshConfigFile') ?? '';
      const ports = [facts.pagePort, facts.echoPort, facts.closedPort];
      const forwards = ['Page', 'Echo', 'Closed'].map(
        (label, i) => `-L ${port(label)}:127.0.0.1:${ports[i]}`,
      );
      assert.equal(
        await vscode.env.clipboard.readText(),
        `ssh -F ${config} -N ${forwards.join(' ')} test-sshd`,
      );
    });

    it('accepts an ssh command line as a tunnel, and reports mistakes in it', async () => {
      const listen = await freePort();
      const docs = `ssh -C -N -L ${listen}:127.0.0.1:${facts.pagePort} test-sshd`;
      const wrong = { ssh: 'ssh -i ~/.ssh/id -L 8080:a:80 test-sshd', autoStart: false };
      await writeFile(settingsFile, settingsText({ ...projectTunnels(facts), docs, wrong }));
      await eventually(
        () => api.tunnels.some(({ id, status }) => id === 'workspace:docs' && status === 'up'),
        () => JSON.stringify(api.tunnels),
      );
      assert.equal((await exchange(listen)).received.toString(), pageText);
      const { error } = tunnel(api, 'workspace:wrong');
      assert.match(error?.message ?? '', /tunnels\.wrong\.ssh: "-i" can't be part of a tunnel/);
      await writeFile(settingsFile, settingsText(projectTunnels(facts)));
      await eventually(
        () => !api.tunnels.some(({ id }) => id === 'workspace:docs'),
        () => JSON.stringify(api.tunnels),
      );
    });

    it('removes an entry from the settings and keeps the comments around it', async () => {
      const [head, ...rest] = settingsText(projectTunnels(facts)).split('\n');
      await writeFile(settingsFile, [head, '  // The team needs these.', ...rest].join('\n'));
      await vscode.commands.executeCommand('sshTunnels.remove', 'manual');
      await eventually(
        () => !api.tunnels.some(({ id }) => id === 'workspace:manual'),
        () => JSON.stringify(api.tunnels),
      );
      const text = await readFile(settingsFile, 'utf8');
      assert.match(text, /\/\/ The team needs these\./);
      assert.doesNotMatch(text, /"manual"/);
      assert.match(text, /"staging"/);
    });

    it('opens the settings at an entry', async () => {
      const edited = vscode.commands.executeCommand('sshTunnels.edit', 'staging');
      // The last choice, behind those for single values.
      await pickLast(edited);
      const editor = vscode.window.activeTextEditor;
      assert.equal(editor?.document.uri.fsPath, settingsFile);
      assert.match(editor.document.lineAt(editor.selection.active.line).text, /"staging"/);
    });

    it('refuses an unknown name, with the reason', async () => {
      await assert.rejects(api.start('nothing'), /There is no tunnel "nothing"/);
      await assert.rejects(api.start('broken'), { code: 'InvalidDefinition' });
    });

    it('is up again after the daemon was killed, about as fast as after a restart', async () => {
      const host = await readEndpointFile(endpointFolder());
      assert.ok(host);
      const begin = performance.now();
      await vscode.commands.executeCommand('sshTunnels.restart', 'staging');
      const restartTook = performance.now() - begin;
      const killed = performance.now();
      process.kill(host.pid, 'SIGKILL');
      await eventually(
        () => staging().status !== 'up',
        () => 'noticed',
      );
      await eventually(
        () => staging().status === 'up',
        () => JSON.stringify(staging()),
      );
      const took = performance.now() - killed;
      assert.ok(took < 3000 + 10 * restartTook, `${took} ms, a restart took ${restartTook} ms`);
      const { received } = await exchange(port('Page'));
      assert.equal(received.toString(), pageText);
      assert.notEqual((await readEndpointFile(endpointFolder()))?.pid, host.pid);
    });
  });
}
