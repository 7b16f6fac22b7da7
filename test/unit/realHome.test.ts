// Tests don't touch the home folder of the user who runs them: the programs that they start get another one, and only
// the listed files ask Node for it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, rm, utimes } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { describe, it } from 'mocha';
import { changesOf, makeOwnHome, realHomeState } from '../support/testHome.mjs';
import { tempDir } from '../support/tempDir';

/** Files that may ask Node or the password database for the home folder, and why. */
const allowed: Readonly<Record<string, string>> = {
  'editor/hostileProject.ts': 'a link that leads there, which nobody follows',
  'integration/sshConfig.test.ts': 'the name alone; ssh -v looks there for keys, which is what is compared',
  'integration/sshConfigForwards.test.ts': 'the name alone',
  'integration/sshConfigFuzz.test.ts': 'the name alone',
  'integration/openssh/forwarding.test.ts': 'the name alone',
  'ordinaryUser/homeFolder.test.ts': 'of a temporary user',
  'ordinaryUser/isolation.test.ts': 'of a temporary user',
  'support/testHome.mjs': 'looks whether it was written',
  'support/soak/soakDaemon.ts': 'the daemon’s working directory, as in the product',
  'support/windows/sshStandIn.ts': 'of the user that Wine makes, on its drive C:',
  'windows/login.test.ts': 'of the user that Wine makes',
  'windows/sshProgram.test.ts': 'of the user that Wine makes',
  'unit/extension/settings/sshConfig/sshConfigFile.test.ts': 'the name alone',
  'unit/ssh/config/fallback/readConfigFallback.test.ts': 'the name alone',
  'unit/ssh/config/hostList/configTunnels.test.ts': 'with another home in its place',
  'unit/ssh/config/configValues.test.ts': 'the type alone',
  'unit/ssh/config/effectiveHost.test.ts': 'the type alone',
  'unit/ssh/config/expandTokens.test.ts': 'the type alone',
  'unit/ssh/config/jumpChain.test.ts': 'the user’s name',
  'unit/realHome.test.ts': 'this list',
};

describe('the real home folder', () => {
  it('is looked up only by the listed files', () => {
    const folder = resolve('test');
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|mjs|js)$/.test(name) && !name.split(sep).includes('node_modules'))
      .map((name) => name.replaceAll(sep, '/'));
    const asking = names.filter((name) =>
      /\b(homedir|localUser)\b/.test(readFileSync(join(folder, name), 'utf8')),
    );
    assert.deepEqual(asking.sort(), Object.keys(allowed).sort());
  });

  it('is replaced by a new folder in the environment of a stage', () => {
    const before = { ...process.env };
    process.env['XDG_CONFIG_HOME'] = '/elsewhere';
    try {
      const { env, remove } = makeOwnHome();
      const script = 'console.log(JSON.stringify([os.homedir(), process.env.XDG_CONFIG_HOME ?? null]))';
      const output = execFileSync(process.execPath, ['-e', script], { env, encoding: 'utf8' });
      assert.deepEqual(JSON.parse(output), [env['HOME'], null]);
      assert.deepEqual(readdirSync(String(env['HOME'])), []);
      remove();
      assert.equal(existsSync(String(env['HOME'])), false);
    } finally {
      process.env = before;
    }
  });

  it('is compared before and after: files made, written and removed are reported, those of npm are not', async () => {
    await using home = await tempDir('home-');
    const known = await home.write('.ssh/known_hosts', 'a');
    await home.write('.ssh/config', 'b');
    const before = realHomeState(home.path);
    assert.deepEqual(changesOf(before, realHomeState(home.path)), []);
    await home.write('.npm/_cacache/x', '');
    await mkdir(home.file('.local/share/code-server'), { recursive: true });
    await home.write('.Xauthority', '');
    await utimes(known, 1, 1);
    await rm(home.file('.ssh/config'));
    assert.deepEqual(changesOf(before, realHomeState(home.path)), [
      '.Xauthority',
      '.local/share/code-server',
      '.ssh/config',
      '.ssh/known_hosts',
    ]);
  });
});
