// Checks the settings that are paths: what is relative, or a word that other programs know, would be a file that nobody
// finds.
import { deferred as l10n, untranslated } from '../../tunnels/util/l10n';
import type { Message } from '../../tunnels/util/l10n';
import { unquoted } from '../../tunnels/util/shown';

/** A file, a file or `none`, or where an agent listens. */
export type PathKind = 'file' | 'fileOrNone' | 'agent';

const untilFixed = l10n.t('Until you fix it, no tunnel starts.');

/** Why the value of a setting can't be used, and what to do, in sentences. undefined: it can */
export function pathFault(kind: PathKind, value: string, platform: NodeJS.Platform): Message | undefined {
  if (isComplete(value, platform) || isWord(kind, value)) {
    return undefined;
  }
  if (kind === 'agent' && value.toLowerCase() === 'pageant') {
    return l10n.t(
      'Pageant can only be used by its named pipe, which Pageant writes to a file: start Pageant with {option}, add {line} at the top of your SSH config, and leave this setting empty. {untilFixed}',
      {
        option: unquoted(String.raw`--openssh-config %USERPROFILE%\.ssh\pageant.conf`),
        line: untranslated`"Include pageant.conf"`,
        untilFixed,
      },
    );
  }
  return l10n.t(
    'It must be an absolute path, or begin with "~/"; variables such as {variable} are not replaced. {untilFixed}',
    { variable: platform === 'win32' ? '%USERPROFILE%' : '${HOME}', untilFixed },
  );
}

/** On Windows, `/c/…` is a path of Git's programs. */
function isComplete(value: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32'
    ? /^(~$|~[\\/]|[a-z]:[\\/]|[\\/])/i.test(value)
    : value === '~' || /^~?\//.test(value);
}

/** Of IdentityAgent in ssh_config(5), and of `ssh -F`. */
function isWord(kind: PathKind, value: string): boolean {
  switch (kind) {
    case 'file':
      return false;
    case 'fileOrNone':
      return value === 'none';
    case 'agent':
      return /^(none|SSH_AUTH_SOCK|\$\w+)$/i.test(value);
  }
}
