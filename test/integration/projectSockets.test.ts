// The socket paths of a project's tunnels lead where the user allowed, whatever the project puts there later.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { basename } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { leasedEnvironment } from '../../src/tunnels/daemon/protocol/leasedEnvironment';
import type { ResolvedFacts } from '../../src/tunnels/daemon/protocol/protocol';
import { TunnelFailure } from '../../src/tunnels/errors/errors';
import { messageOf } from '../support/errorWords';
import { eventually } from '../support/eventually';
import { freePort } from '../support/freePort';
import { exchange, target } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';
import { define, TestWindow } from '../support/testWindow';
import { useTunnelFixture } from '../support/tunnelFixture';

const id = 'workspace:t';

describe("a socket path of a project's tunnel", () => {
  const fixture = useTunnelFixture();
  let dir: TempDir;
  let project: string;
  /** The project's own program, and one that the project must not reach. */
  let own: TargetServer;
  let agent: TargetServer;
  let port: number;
  beforeEach(async () => {
    dir = await tempDir('p-');
    project = dir.file('shop');
    await mkdir(`${project}/run`, { recursive: true });
    await mkdir(dir.file('secrets'));
    own = await target((socket) => socket.end('own'), { path: `${project}/run/dev.sock` });
    agent = await target((socket) => socket.end('agent'), { path: dir.file('secrets/dev.sock') });
    port = await freePort();
  });
  afterEach(async () => {
    await fixture.window.lease();
    await own[Symbol.asyncDispose]();
    await agent[Symbol.asyncDispose]();
    await dir.remove();
  });

  interface Options {
    readonly window?: TestWindow;
    readonly folders?: readonly string[];
    readonly onDemand?: boolean;
  }

  function resolve(
    tunnel: object,
    { window = fixture.window, folders = [project] }: Options = {},
  ): Promise<ResolvedFacts> {
    return window.client.resolve({
      definition: define(tunnel),
      settings: { sshConfigFile: fixture.sshd.configFile, reconnectMaxDelay: 30 },
      project: { folders, allowed: [] },
      env: leasedEnvironment(process.env),
    });
  }
  /** The user allows what it resolves to now. */
  async function allow(tunnel: object, options: Options = {}): Promise<ResolvedFacts> {
    const { window = fixture.window, folders = [project], onDemand = false } = options;
    const facts = await resolve(tunnel, options);
    await window.lease({
      id,
      tunnel,
      want: onDemand,
      onDemand,
      consent: facts.hash,
      project: { folders, allowed: facts.socketLinks ?? [] },
    });
    return facts;
  }
  /** As with `autoStart: on`. */
  function waive(
    tunnel: object,
    allowed: ResolvedFacts['socketLinks'] = [],
    folders = [project],
  ): Promise<void> {
    return fixture.window.lease({ id, tunnel, want: false, project: { folders, allowed } });
  }
  const start = (): Promise<void> => fixture.window.client.start(id);
  const toServer = (path = `${project}/run/dev.sock`): object => ({
    host: 'test-sshd',
    remoteForward: `127.0.0.1:${port}:${path}`,
  });
  const answer = async (): Promise<string> => (await exchange(port)).received.toString();

  async function refusal(): Promise<string> {
    const failure = await start().then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(failure instanceof TunnelFailure, String(failure));
    assert.equal(failure.code, 'ConsentNeeded');
    assert.equal(fixture.window.state(id).status, 'blocked');
    return failure.message;
  }
  /** A pull can do this. */
  async function replaceByLink(path: string, to: string): Promise<void> {
    await rename(path, `${path}.old`);
    await symlink(to, path);
  }
  async function putBack(path: string): Promise<void> {
    await rm(path);
    await rename(`${path}.old`, path);
  }

  const attacks: readonly [title: string, replaced: string, to: string][] = [
    ['the socket', 'run/dev.sock', 'secrets/dev.sock'],
    ['a folder above it', 'run', 'secrets'],
  ];
  for (const [title, replaced, to] of attacks) {
    it(`is refused to the server when ${title} becomes a link, until it leads back`, async () => {
      await allow(toServer());
      await start();
      assert.equal(await answer(), 'own');
      await replaceByLink(`${project}/${replaced}`, dir.file(to));
      assert.equal(await answer(), '');
      await fixture.window.until(() => lastError() !== '', 'told');
      assert.match(
        lastError(),
        /can't use the socket .*\/shop\/run\/dev\.sock: it leads to .*\/secrets\/dev\.sock now, and you allowed .*\/shop\/run\/dev\.sock/,
      );
      await putBack(`${project}/${replaced}`);
      assert.equal(await answer(), 'own');
    });

    it(`is refused after Stop and Start when ${title} has become a link, until that is allowed`, async () => {
      await allow(toServer());
      await start();
      await fixture.window.client.stop(id);
      await replaceByLink(`${project}/${replaced}`, dir.file(to));
      assert.match(await refusal(), /it leads to .*\/secrets\/dev\.sock now/);
      const { socketLinks } = await allow(toServer());
      assert.deepEqual(socketLinks, [
        { path: `${project}/run/dev.sock`, real: dir.file('secrets/dev.sock'), leavesProject: true },
      ]);
      await start();
      assert.equal(await answer(), 'agent');
    });
  }

  function lastError(): string {
    const [forward] = fixture.window.forwards(id);
    return messageOf(forward?.status === 'listening' ? forward.lastError : undefined);
  }

  it('never leads elsewhere while its folder is replaced again and again', async () => {
    await allow(toServer());
    await start();
    const script = `const { renameSync, rmSync, symlinkSync } = require('node:fs');
      const [run, secrets] = process.argv.slice(1);
      for (;;) {
        renameSync(run, run + '.old');
        symlinkSync(secrets, run);
        rmSync(run);
        renameSync(run + '.old', run);
      }`;
    const swapping = spawn(process.execPath, ['-e', script, `${project}/run`, dir.file('secrets')]);
    const answers = new Set<string>();
    for (let round = 0; round < 40; round++) {
      (await Promise.all(Array.from({ length: 10 }, answer))).forEach((text) => answers.add(text));
    }
    swapping.kill('SIGKILL');
    await once(swapping, 'exit');
    assert.ok(answers.has('own'));
    assert.ok(!answers.has('agent'));
  });

  it('may lead through a link to the folder that is open', async () => {
    const folder = dir.file('linked');
    await symlink(project, folder);
    const folders = [folder];
    const tunnel = toServer(`${folder}/run/dev.sock`);
    const { socketLinks } = await allow(tunnel, { folders });
    assert.deepEqual(socketLinks, [
      { path: `${folder}/run/dev.sock`, real: `${project}/run/dev.sock`, leavesProject: false },
    ]);
    await start();
    assert.equal(await answer(), 'own');
    await waive(tunnel, [], folders);
    await start();
    assert.equal(await answer(), 'own');
  });

  it('may name a socket that does not exist yet', async () => {
    const path = `${project}/later/on/dev.sock`;
    const { socketLinks } = await allow(toServer(path));
    assert.equal(socketLinks, undefined);
    await start();
    assert.equal(await answer(), '');
    await mkdir(`${project}/later/on`, { recursive: true });
    await using later = await target((socket) => socket.end('later'), { path });
    assert.equal(await answer(), 'later');
    void later;
  });

  it('may be a link to a longer path than a socket can have', async () => {
    const deep = dir.file('x'.repeat(120));
    await mkdir(deep);
    await rename(`${project}/run/dev.sock`, `${deep}/dev.sock`);
    await symlink(deep, `${project}/s`);
    await allow(toServer(`${project}/s/dev.sock`));
    await start();
    assert.equal(await answer(), 'own');
  });

  it('says that it leads in a circle', async () => {
    await symlink('loop', `${project}/loop`);
    await assert.rejects(allow(toServer(`${project}/loop`)), /its symbolic links lead in a circle/);
  });

  it('may not lead to names that would look like something else', async () => {
    await symlink(`${project}/run/\u202edev\n.sock`, `${project}/odd`);
    await assert.rejects(allow(toServer(`${project}/odd`)), /has control or invisible characters/);
    await allow(toServer());
    await start();
    await rename(`${project}/run/dev.sock`, `${project}/run/\u202edev\n.sock`);
    await symlink(`${project}/run/\u202edev\n.sock`, `${project}/run/dev.sock`);
    assert.equal(await answer(), '');
    await fixture.window.until(() => lastError() !== '', 'told');
    assert.doesNotMatch(lastError(), /[\u202e\n]/);
  });

  describe('of a user who has waived the question', () => {
    it('is refused when a link of the project leads out of it, until that is allowed', async () => {
      await symlink(dir.file('secrets/dev.sock'), `${project}/out`);
      const tunnel = toServer(`${project}/out`);
      await waive(tunnel);
      assert.match(await refusal(), /a symbolic link leads out of the project, to .*\/secrets\/dev\.sock/);
      await waive(tunnel, (await resolve(tunnel)).socketLinks);
      await start();
      assert.equal(await answer(), 'agent');
    });

    it('is refused when a link of one folder leads to another', async () => {
      await symlink(dir.file('secrets/dev.sock'), `${project}/out`);
      const tunnel = toServer(`${project}/out`);
      await waive(tunnel, [], [project, dir.file('secrets')]);
      assert.match(await refusal(), /leads out of the project/);
    });

    it('is refused when a link outside leads through one of the project', async () => {
      await symlink(dir.file('secrets/dev.sock'), `${project}/out`);
      await symlink(`${project}/out`, dir.file('detour'));
      await waive(toServer(dir.file('detour')));
      assert.match(await refusal(), /leads out of the project/);
    });

    it('may be a link within the project, or of nobody whom the project can change', async () => {
      await symlink('run/dev.sock', `${project}/in`);
      await waive(toServer(`${project}/in`));
      await start();
      assert.equal(await answer(), 'own');
      await fixture.window.client.stop(id);
      await symlink(agentPath(), dir.file('users-own'));
      await waive(toServer(dir.file('users-own')));
      await start();
      assert.equal(await answer(), 'agent');
    });
  });

  function agentPath(): string {
    return dir.file('secrets/dev.sock');
  }

  describe('to listen on', () => {
    const fromHere = (path: string): object => ({
      host: 'test-sshd',
      localForward: `${path}:127.0.0.1:${fixture.echo.port}`,
    });
    async function echoed(path: string): Promise<string> {
      const socket = connect(path).end('hi');
      return Buffer.concat((await socket.toArray()) as Buffer[]).toString();
    }

    for (const onDemand of [false, true]) {
      it(`makes nothing in a folder that it was not allowed to (${onDemand ? 'on demand' : 'at once'})`, async () => {
        const tunnel = fromHere(`${project}/run/new.sock`);
        const { hash } = await resolve(tunnel);
        await replaceByLink(`${project}/run`, dir.file('secrets'));
        const lease = { id, tunnel, consent: hash, project: { folders: [project], allowed: [] } };
        await fixture.window.lease({ ...lease, onDemand });
        await fixture.window.untilStatus('blocked', id);
        assert.deepEqual(await readdir(dir.file('secrets')), ['dev.sock']);
      });
    }

    it('is made where it really leads, and removed there after the folder has become a link', async () => {
      await symlink('run', `${project}/current`);
      const path = `${project}/current/new.sock`;
      await allow(fromHere(path));
      await start();
      assert.equal(await echoed(path), 'hi');
      const [forward] = fixture.window.forwards(id);
      assert.ok(forward?.status === 'listening');
      assert.deepEqual(forward.bound, [{ path: `${project}/run/new.sock` }]);
      await using theirs = await target((socket) => socket.end('theirs'), {
        path: dir.file('secrets/new.sock'),
      });
      await replaceByLink(`${project}/run`, dir.file('secrets'));
      await fixture.window.client.stop(id);
      assert.ok(existsSync(dir.file('secrets/new.sock')));
      assert.deepEqual((await readdir(`${project}/run.old`)).toSorted(), ['dev.sock']);
      void theirs;
    });

    it('may be a link to a socket that does not exist yet', async () => {
      await symlink('run/new.sock', `${project}/dangling`);
      const { socketLinks } = await allow(fromHere(`${project}/dangling`));
      assert.equal(basename(socketLinks?.[0]?.real ?? ''), 'new.sock');
      await start();
      assert.equal(await echoed(`${project}/dangling`), 'hi');
      await fixture.window.client.stop(id);
      assert.ok(!existsSync(`${project}/run/new.sock`));
    });
  });

  it('leads where one of two windows allows, for as long as that window wants the tunnel', async () => {
    await allow(toServer());
    await start();
    await replaceByLink(`${project}/run`, dir.file('secrets'));
    assert.equal(await answer(), '');
    const other = await TestWindow.open(fixture.daemon, fixture.sshd, 'other');
    await allow(toServer(), { window: other });
    assert.equal(await answer(), '');
    await other.client.start(id);
    await eventually('allowed by the other window', async () => (await answer()) === 'agent');
    await other.lease();
    assert.equal(await answer(), '');
    other.disconnect();
  });

  it("of the user's own tunnel is followed wherever it leads, as ssh does", async () => {
    await fixture.window.bringUp(toServer(), 'user:t');
    await replaceByLink(`${project}/run`, dir.file('secrets'));
    assert.equal(await answer(), 'agent');
  });
});
