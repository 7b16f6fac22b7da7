// The settings that are paths, on each system.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { pathFault } from '../../../../src/extension/settings/pathSetting';
import type { PathKind } from '../../../../src/extension/settings/pathSetting';
import { inEnglish } from '../../../support/inEnglish';

const r = String.raw;

describe('a setting that is a path', () => {
  const good: readonly (readonly [kind: PathKind, value: string, platform: NodeJS.Platform])[] = [
    ['file', '/etc/ssh/known_hosts', 'linux'],
    ['file', '~/.ssh/known_hosts', 'darwin'],
    ['file', r`C:\Users\joe\.ssh\known_hosts`, 'win32'],
    ['file', 'C:/Users/joe/.ssh/known_hosts', 'win32'],
    ['file', r`~\.ssh\known_hosts`, 'win32'],
    ['file', '/c/Users/joe/.ssh/known_hosts', 'win32'],
    ['file', r`\\server\share\known_hosts`, 'win32'],
    ['fileOrNone', 'none', 'linux'],
    ['agent', 'none', 'linux'],
    ['agent', 'SSH_AUTH_SOCK', 'linux'],
    ['agent', '$WORK_AGENT', 'linux'],
    ['agent', '/run/user/1000/agent', 'linux'],
    ['agent', r`\\.\pipe\openssh-ssh-agent`, 'win32'],
    ['agent', '//./pipe/openssh-ssh-agent', 'win32'],
  ];
  for (const [kind, value, platform] of good) {
    it(`can be ${value} on ${platform} (${kind})`, () => {
      assert.equal(pathFault(kind, value, platform), undefined);
    });
  }

  const bad: readonly (readonly [kind: PathKind, value: string, platform: NodeJS.Platform, fault: RegExp])[] =
    [
      [
        'agent',
        'pageant',
        'win32',
        /^Pageant can only be used by its named pipe.* leave this setting empty\. Until/,
      ],
      ['agent', 'Pageant', 'linux', /^Pageant can only be used by its named pipe/],
      ['agent', 'agent.sock', 'linux', /^It must be an absolute path, or begin with "~\/"; .*\$\{HOME\}/],
      ['agent', '${XDG_RUNTIME_DIR}/agent', 'linux', /^It must be an absolute path/],
      [
        'file',
        r`%USERPROFILE%\.ssh\known_hosts`,
        'win32',
        /variables such as %USERPROFILE% are not replaced/,
      ],
      ['file', 'none', 'linux', /^It must be an absolute path/],
      ['file', r`C:\Users\joe\known_hosts`, 'linux', /^It must be an absolute path/],
      ['file', r`~\.ssh\known_hosts`, 'linux', /^It must be an absolute path/],
      ['fileOrNone', 'config', 'win32', /^It must be an absolute path/],
    ];
  for (const [kind, value, platform, message] of bad) {
    it(`can't be ${value} on ${platform} (${kind})`, () => {
      const fault = pathFault(kind, value, platform);
      assert.ok(fault);
      assert.match(inEnglish(fault), message);
    });
  }
});
