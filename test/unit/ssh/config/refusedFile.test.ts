// What to do about a file that ssh refuses to read fits what is wrong with it.
import assert from 'node:assert/strict';
import { chmod, mkdir, symlink } from 'node:fs/promises';
import { after, before, describe, it } from 'mocha';
import { describeRefusedFile, lookAtFile, refusedFile } from '../../../../src/tunnels/ssh/config/refusedFile';
import type { FileFacts } from '../../../../src/tunnels/ssh/config/refusedFile';
import { describeSshGFailure } from '../../../../src/tunnels/ssh/config/sshGFailure';
import { messageOf, nextStepOf } from '../../../support/errorWords';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';

const linux = { platform: 'linux', user: 'me' } as const;
const windows = { platform: 'win32', user: 'Jo Do' } as const;
const mine = { state: 'there', isMine: true, othersCanWrite: true } as const;
const others = { state: 'there', isMine: false, othersCanWrite: false } as const;

describe('the step for a file that ssh refuses', () => {
  const cant = (reason: string): string => `Can't open user config file /a b/inc: ${reason}\n`;
  const bad = 'Bad owner or permissions on /a b/config';
  const cases: readonly [
    stderr: string,
    facts: FileFacts,
    system: typeof linux | typeof windows,
    step: RegExp,
  ][] = [
    [cant('No such file or directory'), { state: 'missing' }, linux, /sshConfigFile, or create that file\.$/],
    [cant('No such file or directory'), { state: 'danglingLink' }, linux, /a link whose target is missing/],
    [cant('Too many levels of symbolic links'), { state: 'linkCircle' }, linux, /lead in a circle/],
    [
      cant('Not a directory'),
      { state: 'throughFile' },
      linux,
      /is a file, not a folder: correct the path\.$/,
    ],
    [cant('Permission denied'), { state: 'noEntry' }, linux, /^You can't enter one of its folders/],
    [cant('Permission denied'), mine, linux, /^Run "chmod u\+r '\/a b\/inc'" in a terminal\.$/],
    [
      cant('Permission denied'),
      others,
      linux,
      /another user: run "sudo chown me '\/a b\/inc'" in a terminal, or/,
    ],
    [
      cant('Permission denied'),
      mine,
      windows,
      /^Run "icacls "\/a b\/inc" \/grant "Jo Do:R"" in a terminal\.$/,
    ],
    [cant('Input/output error'), { state: 'unknown' }, linux, /^Check the file/],
    [cant('No such device or address'), { state: 'special' }, linux, /^It is a pipe, a socket or a device/],
    [bad, { state: 'special' }, linux, /^It is a pipe, a socket or a device/],
    [bad, mine, linux, /^Run "chmod go-w '\/a b\/config'" in a terminal\.$/],
    [bad, others, linux, /^Run "sudo chown me '\/a b\/config'" in a terminal\.$/],
    [bad, { ...others, othersCanWrite: true }, linux, /^Run "sudo chown me '\/a b\/config' && chmod go-w '/],
    [bad, { state: 'unknown' }, linux, /^Run "chmod go-w '.*, and make sure that you own the file\.$/],
    [
      bad,
      mine,
      windows,
      /^Run "icacls "\/a b\/config" \/inheritance:r \/grant:r "Jo Do:F"" in a terminal\.$/,
    ],
  ];
  for (const [stderr, facts, system, step] of cases) {
    it(`fits ${JSON.stringify(facts)} on ${system.platform}: ${stderr.trim()}`, () => {
      const error = describeRefusedFile(stderr, facts, system);
      assert.ok(error);
      assert.match(nextStepOf(error), step);
    });
  }
  it('names the file whose Include it is', () => {
    const stderr = `${cant('Permission denied')}/h/config: terminating, 1 bad configuration options\n`;
    const error = describeSshGFailure({ host: 'web' }, stderr, mine);
    assert.equal(messageOf(error), "/a b/inc, which /h/config includes, can't be opened: Permission denied.");
  });
  it('has an apostrophe in its path', () => {
    const missing = "Can't open user config file /home/o'brien/x: No such file or directory";
    const ofFile = describeSshGFailure({ host: 'web' }, missing, { state: 'missing' });
    assert.equal(messageOf(ofFile), "/home/o'brien/x can't be opened: No such file or directory.");
    const line = "/home/o'brien/config line 1: Bad SSH2 cipher spec 'aes999'.";
    const ofLine = describeSshGFailure({ host: 'web' }, line);
    assert.match(messageOf(ofLine), /^ssh can't read \/home\/o'brien\/config, line 1: Bad SSH2 cipher spec/);
  });
  it('says that the configuration includes itself', () => {
    const error = describeSshGFailure({ host: 'web' }, 'Too many recursive configuration includes\n');
    assert.match(messageOf(error), /^Your SSH config includes itself/);
    assert.match(nextStepOf(error), /^Remove the Include that leads back/);
  });
});

describe('looking at a file that ssh refuses', () => {
  const isWindows = process.platform === 'win32';
  let dir: TempDir;
  before(async () => {
    dir = await tempDir();
    await chmod(await dir.write('file', ''), 0o620);
    await mkdir(dir.file('folder'));
    await symlink(dir.file('gone'), dir.file('dangling'));
    await symlink(dir.file('circle'), dir.file('circle'));
  });
  after(() => dir.remove());

  const cases: readonly [path: string, facts: FileFacts][] = [
    // Windows doesn't tell who can write to it.
    ['file', { ...mine, othersCanWrite: !isWindows }],
    ['folder', { ...mine, othersCanWrite: false }],
    ['gone', { state: 'missing' }],
    ['dangling', { state: 'danglingLink' }],
    ['circle', { state: 'linkCircle' }],
    ['file/x', { state: isWindows ? 'missing' : 'throughFile' }],
  ];
  for (const [path, facts] of cases) {
    it(`finds its facts: ${path}`, async () => assert.deepEqual(await lookAtFile(dir.file(path)), facts));
  }
  it('finds that it is a device', async function () {
    if (isWindows) {
      this.skip();
    }
    assert.deepEqual(await lookAtFile('/dev/null'), { state: 'special' });
  });
  it('reads its path from what ssh says', () => {
    assert.equal(refusedFile("x\nCan't open user config file /a b: No such file\n"), '/a b');
    assert.equal(refusedFile('Bad owner or permissions on /a b\n'), '/a b');
    assert.equal(refusedFile('/c: line 3: Bad configuration option: foo'), undefined);
  });
});
