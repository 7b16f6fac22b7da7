// What it means when `ssh -G` refuses: the file and the line at fault, in ssh's words, and the next step.
import { isAbsolute } from 'node:path';
import type { ConfigLocation } from '../../config/definition';
import type { TunnelError } from '../../errors/errors';
import { invalidDefinition } from '../../errors/definition';
import { hostNotFound } from '../../errors/ssh/connect';
import { deferred as l10n, untranslated } from '../../util/l10n';
import type { Message } from '../../util/l10n';
import { hidePasswords, isWord, unquoted } from '../../util/shown';
import type { Shown } from '../../util/shown';
import { describeRefusedFile, describeWrongEncoding, refusedFile } from './refusedFile';
import type { FileFacts } from './refusedFile';
import { driveOrNetworkPath } from './windowsPaths';

/** Both `FILE: line 3: …` and `FILE line 3: …` occur in OpenSSH's readconf.c. An unsupported option is only a warning. */
const locationPattern = /^(.+?):? line (\d+): (?!Unsupported option )(.+)$/m;

/** @param facts of the file that ssh refuses, see refusedFile() */
export function describeSshGFailure(
  { host }: { readonly host: string },
  stderr: string,
  facts?: FileFacts,
): TunnelError {
  const stderrText = withoutValues(stderr.replaceAll('\r', '').trim());
  if (/could not resolve host/i.test(stderrText)) {
    return hostNotFound(host, stderrText);
  }
  const ofFile = describeRefusedFile(stderrText, facts);
  if (ofFile) {
    return ofFile;
  }
  if (/^Too many recursive configuration includes/m.test(stderrText)) {
    return invalidDefinition(
      l10n.t('Your SSH config includes itself, or is nested more than 16 levels deep.'),
      l10n.t('Remove the Include that leads back to a file which includes it.'),
      stderrText,
    );
  }
  // vdollar_percent_expand() in OpenSSH's misc.c.
  const unset = /env var \$\{([^}]+)\} has no value/.exec(stderr)?.[1];
  const encoding = describeWrongEncoding(stderr, stderrText);
  if (encoding) {
    return encoding;
  }
  const [, file, line, problem] = locationPattern.exec(stderrText) ?? [];
  if (file !== undefined && line !== undefined && problem !== undefined) {
    const at = locationOnThisMachine(file, Number(line));
    if (unset !== undefined) {
      // IdentityAgent and ForwardAgent are checked for all hosts of the file: dollar_expand() in OpenSSH's misc.c.
      const isOfAnyHost = problem.startsWith('Invalid environment expansion');
      return invalidDefinition(
        l10n.t("ssh can't read {file}, line {line}: the variable {variable} is not set.", {
          file: unquoted(file),
          line: Number(line),
          variable: unquoted(unset),
        }),
        isOfAnyHost
          ? l10n.t(
              "Set {variable} and restart the editor, or fix that line; until then, you can't connect to any host of this file.",
              { variable: unquoted(unset) },
            )
          : setVariable(unset),
        stderrText,
        at,
      );
    }
    // Since OpenSSH 10.
    const refusal = /^RefuseConnection: (.*)$/.exec(problem)?.[1];
    if (refusal !== undefined) {
      return invalidDefinition(
        l10n.t('Your SSH config refuses connections to "{host}" ({file}, line {line}): {reason}', {
          host: unquoted(host),
          file: unquoted(file),
          line: Number(line),
          reason: endWithPeriod(refusal),
        }),
        l10n.t('Use another host, or remove RefuseConnection from that line.'),
        stderrText,
        at,
      );
    }
    return invalidDefinition(
      l10n.t("ssh can't read {file}, line {line}: {reason}", {
        file: unquoted(file),
        line: Number(line),
        reason: endWithPeriod(problem),
      }),
      l10n.t("Fix that line; until then, you can't connect to any host of this file."),
      stderrText,
      at,
    );
  }
  if (unset !== undefined) {
    return invalidDefinition(
      l10n.t('Your SSH config for "{host}" uses the variable {variable}, which is not set.', {
        host: unquoted(host),
        variable: unquoted(unset),
      }),
      setVariable(unset),
      stderrText,
    );
  }
  const name = unquoted(host);
  const loop = /jumphost loop via (.+)/.exec(stderrText)?.[1];
  if (loop !== undefined) {
    return invalidDefinition(
      l10n.t('"{host}" is its own jump host (ProxyJump {jump}).', { host: name, jump: unquoted(loop) }),
      l10n.t(
        'Add a Host block for "{host}" with "ProxyJump none" to your SSH config, above the block that sets its ProxyJump.',
        { host: name },
      ),
      stderrText,
    );
  }
  const [reason = ''] = stderrText.split('\n');
  return invalidDefinition(
    reason === ''
      ? l10n.t('ssh can\'t resolve "{host}", and gives no reason.', { host: name })
      : l10n.t('ssh can\'t resolve "{host}": {reason}', { host: name, reason: endWithPeriod(reason) }),
    l10n.t('Run "{command}" in a terminal, and fix the problem it shows.', {
      command: untranslated`ssh -G ${name}`,
    }),
    stderrText,
  );
}

function setVariable(name: string): Message {
  return l10n.t('Set {variable} and restart the editor, or change the line that uses it.', {
    variable: unquoted(name),
  });
}

/**
 * What ssh says about its configuration repeats words of it, which may be passwords: of these, only words of letters
 * are shown, as in `Bad configuration option: hostnam`. Where it names a line, it says no more that helps.
 */
function withoutValues(stderr: string): string {
  // The path of a file may hold quotes itself.
  const lines = stderr.split('\n').map((line) => {
    const [, location = '', rest = line] = /^(.+?:? line \d+: )(.+)$/.exec(line) ?? [];
    return refusedFile(line) === undefined ? `${location}${withoutQuoted(rest)}` : line;
  });
  const located = lines.flatMap((line) => {
    const [, location = '', problem = ''] = /^(.+?:? line \d+: )(.+)$/.exec(line) ?? [];
    const isVariable = problem.startsWith('Invalid environment expansion');
    return location === '' ? [] : [`${location}${isVariable ? problem : problem.replace(/\S+/g, shownWord)}`];
  });
  return (located.length > 0 ? located : lines.map(hidePasswords)).join('\n');
}

function withoutQuoted(text: string): string {
  return text.replace(/(["'])([^"']*)\1/g, (quoted: string, _mark, inside: string) =>
    isWord(inside) ? quoted : '"…"',
  );
}

/** undefined: on Windows, a path that only the ssh of Git or MSYS2 can open. */
function locationOnThisMachine(file: string, line: number): ConfigLocation | undefined {
  const path = process.platform === 'win32' ? driveOrNetworkPath(file) : file;
  return path !== undefined && isAbsolute(path) ? { file: path, line } : undefined;
}

function shownWord(word: string): string {
  return isWord(word.replace(/^["'(]|["').,:;]*$/g, '')) || /^(SSH[12]|"…"\.?)$/.test(word) ? word : '…';
}

function endWithPeriod(text: string): Shown {
  return unquoted(text.replace(/\.?$/, '.'));
}
