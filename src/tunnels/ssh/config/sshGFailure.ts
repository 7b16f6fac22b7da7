// What it means when `ssh -G` refuses: the file and the line at fault, in ssh's words, and the next step.
import type { TunnelError } from '../../errors/errors';
import { invalidDefinition } from '../../errors/definition';
import { hostNotFound } from '../../errors/ssh/connect';
import { deferred as l10n, untranslated } from '../../util/l10n';
import { hidePasswords, isWord, unquoted } from '../../util/shown';
import type { Shown } from '../../util/shown';
import { describeRefusedFile } from './refusedFile';
import type { FileFacts } from './refusedFile';

/** Both `FILE: line 3: …` and `FILE line 3: …` occur in OpenSSH's readconf.c. */
const locationPattern = /^(.+?):? line (\d+): (.+)$/m;

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
  const encoding = wrongEncoding(stderr, stderrText);
  if (encoding) {
    return encoding;
  }
  const [, file, line, problem] = locationPattern.exec(stderrText) ?? [];
  if (file !== undefined && line !== undefined && problem !== undefined) {
    // Occurs for any host of the file: dollar_expand() in OpenSSH's misc.c, for IdentityAgent and ForwardAgent.
    const unset = /^Invalid environment expansion .*\$\{(\w+)\}/.exec(problem)?.[1];
    if (unset !== undefined) {
      return invalidDefinition(
        l10n.t("ssh can't read {file}, line {line}: the variable {variable} is not set.", {
          file: unquoted(file),
          line: Number(line),
          variable: unquoted(unset),
        }),
        l10n.t(
          "Set {variable} and restart the editor, or fix that line; until then, you can't connect to any host of this file.",
          { variable: unquoted(unset) },
        ),
        stderrText,
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

/**
 * What ssh makes of the first bytes of a file from Notepad or from `>` in Windows PowerShell. OpenSSH for Windows skips
 * the mark of UTF-8 (w32_fopen_utf8() in its misc.c), others don't.
 */
function wrongEncoding(stderr: string, detail: string): TunnelError | undefined {
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

/**
 * What ssh says about its configuration repeats words of it, which may be passwords: of these, only words of letters
 * are shown, as in `Bad configuration option: hostnam`. Where it names a line, it says no more that helps.
 */
function withoutValues(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) =>
      line.replace(/(["'])([^"']*)\1/g, (quoted: string, _mark, inside: string) =>
        isWord(inside) ? quoted : '"…"',
      ),
    );
  const located = lines.flatMap((line) => {
    const [, location = '', problem = ''] = /^(.+?:? line \d+: )(.+)$/.exec(line) ?? [];
    const isVariable = problem.startsWith('Invalid environment expansion');
    return location === '' ? [] : [`${location}${isVariable ? problem : problem.replace(/\S+/g, shownWord)}`];
  });
  return (located.length > 0 ? located : lines.map(hidePasswords)).join('\n');
}

function shownWord(word: string): string {
  return isWord(word.replace(/^["'(]|["').,:;]*$/g, '')) || /^(SSH[12]|"…"\.?)$/.test(word) ? word : '…';
}

function endWithPeriod(text: string): Shown {
  return unquoted(text.replace(/\.?$/, '.'));
}
