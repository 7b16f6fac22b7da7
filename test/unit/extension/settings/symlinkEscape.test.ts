// A socket path of a project can't lead out of its workspace folder, also not by a symbolic link.
import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { symlinkEscape } from '../../../../src/extension/settings/symlinkEscape';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';
import { inEnglish } from '../../../support/inEnglish';

describe('parsing a socket path of a workspace', () => {
  let dir: TempDir;
  let folder: string;
  beforeEach(async () => {
    dir = await tempDir('l-');
    folder = dir.file('linked');
    await mkdir(dir.file('shop/run'), { recursive: true });
    await mkdir(dir.file('secrets'));
    await writeFile(dir.file('secrets/agent'), '');
    // The workspace folder itself may be reached by a link.
    await symlink(dir.file('shop'), folder);
    await symlink(dir.file('secrets'), dir.file('shop/out'));
    await symlink(dir.file('secrets/agent'), dir.file('shop/agent'));
    await symlink(dir.file('nowhere'), dir.file('shop/dangling'));
    await symlink('run', dir.file('shop/in'));
  });
  afterEach(() => dir.remove());

  function problemsOf(keys: object): string {
    const variables = {
      home: '/h',
      workspaceFolder: folder,
      pathFault: (path: string) => symlinkEscape(folder, path),
    };
    const parsed = parseTunnel('db', { host: 'db', ...keys }, variables);
    return 'problems' in parsed ? parsed.problems.map(({ message }) => inEnglish(message)).join() : '';
  }

  for (const path of ['run/a', 'a', 'in/a', 'not/there/yet']) {
    it(`accepts ${path}, which stays in the workspace folder`, () => {
      assert.equal(problemsOf({ localForward: `\${workspaceFolder}/${path}:a:1` }), '');
      assert.equal(problemsOf({ remoteForward: `1:\${workspaceFolder}/${path}` }), '');
    });
  }
  for (const path of ['out/a', 'agent', 'dangling', 'out/not/there']) {
    it(`refuses ${path}, which leads out of the workspace folder`, () => {
      assert.match(
        problemsOf({ localForward: `\${workspaceFolder}/${path}:a:1` }),
        /leads out of the workspace/,
      );
      assert.match(
        problemsOf({ remoteForward: `1:\${workspaceFolder}/${path}` }),
        /leads out of the workspace/,
      );
    });
    it(`refuses ${path} also after the full path of the workspace folder`, () =>
      assert.match(problemsOf({ remoteForward: `1:${folder}/${path}` }), /leads out of the workspace/));
  }
  const faults: readonly [path: string, problem: RegExp][] = [
    ['x'.repeat(300), /too long for a socket/],
    ['loop', /loop" can't be used: its symbolic links lead in a circle/],
    ['loop/a', /loop\/a" can't be used: its symbolic links lead in a circle/],
    ['file/a', /file\/a" can't be used: a part of it is a file, not a folder/],
  ];
  for (const [path, problem] of faults) {
    it(`refuses ${path.slice(0, 20)}, which the system can't follow, as a problem of its entry`, async () => {
      await symlink('loop', dir.file('shop/loop'));
      await writeFile(dir.file('shop/file'), '');
      assert.match(problemsOf({ localForward: `\${workspaceFolder}/${path}:a:1` }), problem);
      assert.match(problemsOf({ remoteForward: `1:\${workspaceFolder}/${path}` }), problem);
    });
  }
  for (const path of ['../a', 'run/../../a', './a', 'run/..']) {
    it(`refuses ${path}, which has a part . or ..`, () => {
      assert.match(
        problemsOf({ localForward: `\${workspaceFolder}/${path}:a:1` }),
        /can't contain "\." or "\.\."/,
      );
      assert.match(problemsOf({ remoteForward: `1:~/${path}` }), /can't contain "\." or "\.\."/);
    });
  }
});
