// Browsers behind a SOCKS proxy: where they are looked for, their arguments, and how their profiles are removed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import {
  browserArguments,
  commandLines,
  firefoxPreferences,
  testArguments,
} from '../../../../../src/extension/editor/browser/browserArguments';
import { browserLocations } from '../../../../../src/extension/editor/browser/findBrowsers';
import {
  installedBrowsers,
  removeAllStaleProfiles,
  startBrowser,
  startPage,
} from '../../../../../src/extension/editor/browser/proxiedBrowser';
import { createProfile } from '../../../../../src/extension/editor/browser/temporaryProfile';
import type { TemporaryProfile } from '../../../../../src/extension/editor/browser/temporaryProfile';
import { tempDir } from '../../../../support/tempDir';
import type { TempDir } from '../../../../support/tempDir';

const kinds = ['living', 'dead', 'fresh', 'old', 'locked', 'abandoned'] as const;

async function allProfiles(parent: string): Promise<Record<(typeof kinds)[number], TemporaryProfile>> {
  const made = kinds.map(async (kind) => [kind, await createProfile(parent, { x: '' })] as const);
  return Object.fromEntries(await Promise.all(made)) as Awaited<ReturnType<typeof allProfiles>>;
}

const proxy = { host: '127.0.0.1', port: 41_080 };

describe('proxied browser', () => {
  let folder: TempDir;

  beforeEach(async () => {
    folder = await tempDir('browser-');
  });
  afterEach(async () => {
    await folder.remove();
  });

  describe('search', () => {
    const home = '/home/me';

    it('looks in the PATH, in its absolute folders only', () => {
      const env = { PATH: '/usr/bin:node_modules/.bin::/opt/bin' };
      const paths = browserLocations({ platform: 'linux', env, home }).map(({ path }) => path);
      for (const path of ['/usr/bin/chromium', '/opt/bin/google-chrome-stable', '/usr/bin/firefox-esr']) {
        assert.ok(paths.includes(path), path);
      }
      assert.deepEqual(
        paths.filter((path) => !/^\/(usr|opt)\/bin\/[\w-]+$/.test(path)),
        [],
      );
    });
    it('looks where macOS and Windows install programs', () => {
      const mac = browserLocations({ platform: 'darwin', env: {}, home });
      assert.ok(
        mac.some(({ path }) => path === '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'),
      );
      assert.ok(mac.some(({ path }) => path === `${home}/Applications/Firefox.app/Contents/MacOS/firefox`));
      const env = { ProgramFiles: 'C:\\Program Files', LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local' };
      const windows = browserLocations({ platform: 'win32', env, home });
      assert.ok(windows.some(({ path }) => path === 'C:\\Program Files\\Mozilla Firefox\\firefox.exe'));
      assert.ok(
        windows.some(({ path }) => path === `${env.LOCALAPPDATA}\\Google\\Chrome\\Application\\chrome.exe`),
      );
    });
    it('finds each browser once, and only executable files', async () => {
      const program = await folder.write('a/firefox-esr', '#!/bin/sh\n', 0o700);
      await folder.write('b/firefox-esr', '#!/bin/sh\n', 0o700);
      await folder.write('a/chromium', 'no program', 0o600);
      await mkdir(folder.file('a/vivaldi'));
      const env = { PATH: `${folder.file('a')}:${folder.file('b')}` };
      assert.deepEqual(await installedBrowsers({ platform: 'linux', env, home }), [
        { name: 'Firefox', family: 'firefox', path: program },
      ]);
    });
    it('fails with the names and places of the browsers when there is none', async () => {
      const env = { PATH: folder.path };
      for (const [platform, names] of [
        ['linux', /chromium, .*google-chrome, .*firefox, .*on the PATH/],
        ['darwin', /Firefox\.app.*\/Applications/],
        ['win32', /Google Chrome.*Program Files/],
      ] as const) {
        await assert.rejects(installedBrowsers({ platform, env, home: folder.path }), names);
      }
    });
  });

  describe('arguments', () => {
    it('for Chromium send everything, localhost too, through the proxy and resolve no name locally', () => {
      const args = browserArguments('chromium', '/p', proxy, 'linux');
      for (const arg of [
        '--user-data-dir=/p',
        '--proxy-server=socks5://127.0.0.1:41080',
        '--proxy-bypass-list=<-loopback>',
        '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
        '--no-first-run',
      ]) {
        assert.ok(args.includes(arg), arg);
      }
      assert.ok(!args.some((arg) => /sandbox|headless/.test(arg)));
      const six = browserArguments('chromium', '/p', { host: '::1', port: 1 }, 'linux');
      assert.ok(six.includes('--proxy-server=socks5://[::1]:1'));
      assert.ok(six.includes('--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE [::1]'));
    });
    it('for Firefox name a profile that sends everything through the proxy', () => {
      assert.deepEqual(browserArguments('firefox', '/p', proxy, 'linux'), ['-no-remote', '-profile', '/p']);
      const preferences = new Map(
        [...firefoxPreferences(proxy).matchAll(/^user_pref\((".+?"), (.+)\);$/gm)].map(
          ([, name = '', value = '']) => [JSON.parse(name) as string, JSON.parse(value) as unknown],
        ),
      );
      for (const [name, value] of [
        ['type', 1],
        ['socks', '127.0.0.1'],
        ['socks_port', 41_080],
        ['socks_version', 5],
        ['socks_remote_dns', true],
        ['no_proxies_on', ''],
        ['allow_hijacking_localhost', true],
        ['failover_direct', false],
      ] as const) {
        assert.equal(preferences.get(`network.proxy.${name}`), value, name);
      }
    });
    it('include a start page with the tunnel name as plain text', () => {
      const [, html = ''] = startPage('<script>"&').split(',');
      assert.ok(decodeURIComponent(html).includes('<h1>via &#60;script&#62;&#34;&#38;</h1>'));
    });
    it('for another machine are command lines that its shell passes on unchanged', () => {
      const lines = commandLines(proxy);
      const [linux] = lines;
      const script = `google-chrome() { printf '%s\\n' "$@"; }; ${linux?.line ?? ''}`;
      const words = execFileSync('bash', ['-c', script.replace('`mktemp -d`', '/p')], { encoding: 'utf8' });
      assert.deepEqual(words.trim().split('\n'), browserArguments('chromium', '/p', proxy, 'linux'));
      const windows = lines.find(({ system }) => system === 'windows')?.line ?? '';
      assert.ok(windows.includes('"--proxy-bypass-list=<-loopback>"'), windows);
    });
  });

  describe('profile', () => {
    it('is readable by its user alone, and removed when the browser has ended', async () => {
      const profile = await createProfile(folder.path, { 'user.js': 'x' });
      assert.equal((await stat(join(profile.path, '..'))).mode & 0o777, 0o700);
      assert.equal(await readFile(join(profile.path, 'user.js'), 'utf8'), 'x');
      await profile.remove();
      assert.deepEqual(await readdir(folder.path), []);
    });
    it('is removed by the next window if its browser has ended, and only if it is ours', async () => {
      // No process can have it: pid_max of Linux is 2^22.
      const noProcess = 2 ** 30;
      const parent = folder.file('snap/firefox/common');
      const { living, dead, fresh, old, locked, abandoned } = await allProfiles(parent);
      await living.belongTo(process.pid);
      await dead.belongTo(noProcess);
      const long = new Date(Date.now() - 3_600_000);
      for (const [{ path }, lock, pid] of [
        [locked, 'SingletonLock', process.pid],
        [abandoned, 'lock', noProcess],
      ] as const) {
        await symlink(`my-machine-${pid}`, join(path, lock));
      }
      for (const { path } of [old, locked, abandoned]) {
        await utimes(join(path, '..'), long, long);
      }
      const [elsewhere, mine] = [folder.file('elsewhere'), join(parent, 'ssh-tunnels-browser-link')];
      await mkdir(elsewhere);
      await writeFile(join(elsewhere, 'pid'), String(noProcess));
      await symlink(elsewhere, mine);
      await removeAllStaleProfiles(folder.path);
      assert.deepEqual(
        [living, fresh, locked, dead, old, abandoned].map(({ path }) => existsSync(path)),
        [true, true, true, false, false, false],
      );
      assert.ok(existsSync(join(mine, 'pid')));
    });
  });

  describe('start', () => {
    const start = async (script: string): Promise<void> => {
      const path = await folder.write('chromium', script);
      await chmod(path, 0o700);
      await startBrowser({ name: 'Chromium', family: 'chromium', path }, proxy, []);
    };

    it('fails with the path and the exit code of a browser that ends at once', async () => {
      await assert.rejects(
        start('#!/bin/sh\nexit 7\n'),
        /^Error: Chromium \(.*\/chromium\) exited at once \(exit code 7\)/,
      );
      await assert.rejects(start('#!/no/such/shell\n'), /could not be started/);
    });
  });

  describe('test arguments', () => {
    const env = { SSH_TUNNELS_TEST_BROWSER_ARGS: '["--headless"]' };

    it('are used only where the extension is being tested', () => {
      assert.deepEqual(testArguments(false, env), ['--headless']);
      assert.equal(testArguments(true, env), undefined);
      assert.equal(testArguments(false, {}), undefined);
      assert.throws(() => testArguments(false, { SSH_TUNNELS_TEST_BROWSER_ARGS: '{}' }), /list of strings/);
    });
  });
});
