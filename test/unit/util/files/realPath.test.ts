// Where a path really leads, also where it doesn't exist yet, compared with the system's own answer.
import assert from 'node:assert/strict';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { realPath } from '../../../../src/tunnels/util/files/realPath';
import { Random } from '../../../support/random';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';

describe('where a path leads', () => {
  let dir: TempDir;
  beforeEach(async () => {
    dir = await tempDir('r-');
  });
  afterEach(() => dir.remove());

  const real = async (path: string): Promise<string> => (await realPath(dir.file(path))).real;

  it('is the path itself without links, whether it exists or not', async () => {
    assert.equal(await real('not/there'), dir.file('not/there'));
    assert.equal(await real('.//a/../b/'), dir.file('b'));
    assert.equal((await realPath('/')).real, '/');
  });

  it('follows links of files and of folders above them, and names them', async () => {
    mkdirSync(dir.file('a/b'), { recursive: true });
    symlinkSync('a/b', dir.file('folder'));
    symlinkSync('../x', dir.file('a/b/file'));
    assert.deepEqual(await realPath(dir.file('folder/file')), {
      real: dir.file('a/x'),
      links: [dir.file('folder'), dir.file('a/b/file')],
    });
  });

  it('follows a link to something that does not exist', async () => {
    symlinkSync(dir.file('not/there'), dir.file('dangling'));
    assert.equal(await real('dangling/on'), dir.file('not/there/on'));
  });

  it('fails for links in a circle, and for a file in place of a folder', async () => {
    symlinkSync('loop', dir.file('loop'));
    writeFileSync(dir.file('file'), '');
    await assert.rejects(real('loop/a'), { code: 'ELOOP' });
    await assert.rejects(real('file/a'), { code: 'ENOTDIR' });
    await assert.rejects(real('x'.repeat(300)), { code: 'ENAMETOOLONG' });
  });

  it('is what the system says, in generated trees', async () => {
    const random = new Random(1);
    const names = ['a', 'b', 'c', '..', '.'] as const;
    const some = (): string =>
      Array.from({ length: random.int(1, 4) }, () => random.pick(names)).join(random.pick(['/', '//']));
    let found = 0;
    for (let tree = 0; tree < 60; tree++) {
      const root = dir.file(`t${tree}/deep/enough/for/steps/up`);
      mkdirSync(root, { recursive: true });
      for (let count = 0; count < 8; count++) {
        const path = `${root}/${some()}`;
        attempt(() =>
          random.chance(0.4)
            ? mkdirSync(path)
            : symlinkSync(`${random.chance(0.2) ? `${root}/` : ''}${some()}`, path),
        );
      }
      for (let count = 0; count < 30; count++) {
        const path = `${root}/${some()}`;
        const expected = attempt(() => realpathSync.native(path));
        if (expected === undefined) {
          await realPath(path).catch(() => undefined);
        } else {
          assert.equal((await realPath(path)).real, expected, path);
          found++;
        }
      }
    }
    assert.ok(found > 200, String(found));
  });
});

/** undefined: the system refuses. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
