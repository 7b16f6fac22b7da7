// The file of ssh_config that ssh refuses to read, and what its owner can do about it.
import { lstat, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { invalidDefinition } from '../../errors/definition';
import type { DefinitionError } from '../../errors/definition';
import { word } from '../../errors/shellCommands';
import { deferred as l10n, untranslated } from '../../util/l10n';
import type { Message } from '../../util/l10n';
import { unquoted } from '../../util/shown';
import type { Shown } from '../../util/shown';

/** What the system tells of a file. noEntry: one of its folders can't be entered. special: a pipe, a socket or a device. */
export type FileFacts =
  | {
      readonly state:
        | 'missing'
        | 'danglingLink'
        | 'linkCircle'
        | 'throughFile'
        | 'noEntry'
        | 'special'
        | 'unknown';
    }
  | { readonly state: 'there'; readonly isMine: boolean; readonly othersCanWrite: boolean };

interface System {
  readonly platform: NodeJS.Platform;
  /** Of this process, for icacls. */
  readonly user: string;
}

const cantOpen = /^Can't open user config file (.+): (.+)$/m;
const badOwner = /^Bad owner or permissions on (.+)$/m;
/** An Include is read within the file that names it. */
const includedBy = /^(.+): terminating, \d+ bad configuration options$/m;

/** The file that ssh refuses as a whole. */
export function refusedFile(stderr: string): string | undefined {
  return (cantOpen.exec(stderr) ?? badOwner.exec(stderr))?.[1];
}

/** On Windows, where owners and permissions are no number, a file that is there counts as the user's own. */
export async function lookAtFile(file: string): Promise<FileFacts> {
  try {
    const found = await stat(file);
    if (!found.isFile() && !found.isDirectory()) {
      return { state: 'special' };
    }
    const { uid, mode } = found;
    const user = process.getuid?.();
    return user === undefined
      ? { state: 'there', isMine: true, othersCanWrite: false }
      : { state: 'there', isMine: uid === user, othersCanWrite: (mode & 0o022) !== 0 };
  } catch (error) {
    switch ((error as NodeJS.ErrnoException).code) {
      case 'ENOENT':
        return {
          state: await lstat(file).then(
            () => 'danglingLink' as const,
            () => 'missing' as const,
          ),
        };
      case 'ELOOP':
        return { state: 'linkCircle' };
      case 'ENOTDIR':
        return { state: 'throughFile' };
      case 'EACCES':
      case 'EPERM':
        return { state: 'noEntry' };
      default:
        return { state: 'unknown' };
    }
  }
}

function thisSystem(): System {
  return { platform: process.platform, user: userInfo().username };
}

/** @returns undefined if ssh refuses something else */
export function describeRefusedFile(
  stderr: string,
  facts: FileFacts = { state: 'unknown' },
  system: System = thisSystem(),
): DefinitionError | undefined {
  if (/^Too many recursive configuration includes/m.test(stderr)) {
    return invalidDefinition(
      l10n.t('Your SSH config includes itself, or is nested more than 16 levels deep.'),
      l10n.t('Remove the Include that leads back to a file which includes it.'),
      stderr,
    );
  }
  const [, unopened, reason] = cantOpen.exec(stderr) ?? [];
  if (unopened !== undefined && reason !== undefined) {
    const includer = includedBy.exec(stderr)?.[1];
    const file = unquoted(unopened);
    const why = unquoted(reason.replace(/\.?$/, '.'));
    return invalidDefinition(
      includer === undefined
        ? l10n.t("{file} can't be opened: {reason}", { file, reason: why })
        : l10n.t("{file}, which {includer} includes, can't be opened: {reason}", {
            file,
            includer: unquoted(includer),
            reason: why,
          }),
      openStep(unopened, reason, facts, system),
      stderr,
    );
  }
  const [, writable] = badOwner.exec(stderr) ?? [];
  return writable === undefined
    ? undefined
    : invalidDefinition(
        l10n.t('ssh refuses to read {file}: other users can write to it, or it belongs to another user.', {
          file: unquoted(writable),
        }),
        ownerStep(writable, facts, system),
        stderr,
      );
}

/**
 * What ssh makes of the first bytes of a file from Notepad or from `>` in Windows PowerShell. OpenSSH for Windows skips
 * the mark of UTF-8 (w32_fopen_utf8() in its misc.c), others don't.
 */
export function describeWrongEncoding(stderr: string, detail: string): DefinitionError | undefined {
  const [, file, isUtf16] =
    /^(.+?):? line 1: .*?(?:\\357\\273\\277|(\\377\\376|\\376\\377))/m.exec(stderr) ?? [];
  if (file === undefined) {
    return undefined;
  }
  return invalidDefinition(
    isUtf16 === undefined
      ? l10n.t("ssh can't read {file}: the file begins with a byte order mark (BOM).", {
          file: unquoted(file),
        })
      : l10n.t("ssh can't read {file}: the file is saved as UTF-16.", { file: unquoted(file) }),
    l10n.t(
      'Save the file as UTF-8 without a byte order mark; in VS Code, click the encoding in the status bar.',
    ),
    detail,
  );
}

/** Without facts, as of a file of another machine's view, what ssh said decides. */
function openStep(file: string, reason: string, facts: FileFacts, system: System): Message {
  switch (facts.state === 'unknown' ? stateOf(reason) : facts.state) {
    case 'missing':
      return l10n.t('Correct the setting sshTunnels.sshConfigFile, or create that file.');
    case 'danglingLink':
      return l10n.t('It is a link whose target is missing: restore the target, or remove the link.');
    case 'linkCircle':
      return l10n.t('Its symbolic links lead in a circle: remove one of them.');
    case 'throughFile':
      return l10n.t('A part of its path is a file, not a folder: correct the path.');
    case 'noEntry':
      return l10n.t(
        "You can't enter one of its folders: change their permissions, or remove the line that names the file.",
      );
    case 'there':
      return facts.state === 'there' && !facts.isMine && system.platform !== 'win32'
        ? l10n.t(
            'It belongs to another user: run "{command}" in a terminal, or remove the line that names the file.',
            { command: chown(file, system) },
          )
        : runInTerminal(
            system.platform === 'win32'
              ? untranslated`icacls ${shellWord(file, system)} /grant ${shellWord(`${system.user}:R`, system)}`
              : untranslated`chmod u+r ${shellWord(file, system)}`,
          );
    case 'special':
      return notAFile();
    case 'unknown':
      return l10n.t('Check the file, or remove the line that names it.');
  }
}

function stateOf(reason: string): FileFacts['state'] {
  if (reason.startsWith('No such file')) {
    return 'missing';
  }
  return reason.startsWith('Permission denied') ? 'there' : 'unknown';
}

/** No advice to change the permissions: of a device, they are those of all users. */
function notAFile(): Message {
  return l10n.t(
    'It is a pipe, a socket or a device: remove the line that names it, or put a file in its place.',
  );
}

/** Every user must own the file, or root; nobody else may write to it (read_config_file_depth() in readconf.c). */
function ownerStep(file: string, facts: FileFacts, system: System): Message {
  if (facts.state === 'special') {
    return notAFile();
  }
  const quoted = shellWord(file, system);
  if (system.platform === 'win32') {
    return runInTerminal(
      untranslated`icacls ${quoted} /inheritance:r /grant:r ${shellWord(`${system.user}:F`, system)}`,
    );
  }
  const chmod = untranslated`chmod go-w ${quoted}`;
  if (facts.state !== 'there') {
    return l10n.t('Run "{command}" in a terminal, and make sure that you own the file.', { command: chmod });
  }
  if (facts.isMine) {
    return runInTerminal(chmod);
  }
  const own = chown(file, system);
  return runInTerminal(facts.othersCanWrite ? untranslated`${own} && ${chmod}` : own);
}

function chown(file: string, system: System): Shown {
  return untranslated`sudo chown ${shellWord(system.user, system)} ${shellWord(file, system)}`;
}

function runInTerminal(command: Shown): Message {
  return l10n.t('Run "{command}" in a terminal.', { command });
}

function shellWord(text: string, { platform }: System): Shown {
  return unquoted(word(text, platform));
}
