// Reads the options of PuTTY and its plink as those of ssh (PuTTY User Manual, 3.11.3 and 7.2).
import { deferred as l10n, untranslated } from '../../../util/l10n';
import type { Message } from '../../../util/l10n';
import { unquoted } from '../../../util/shown';
import type { LineProblem, Word } from '../splitWords';

/** With the same meaning and grammar as in ssh. */
const sameWithValue = /^-[LRDli]$/;
/** About its own windows and questions. */
const ownWithoutValue =
  /^-(ssh|batch|agent|noagent|pageant|nopageant|no-antispoof|share|noshare|shareexists|legacy-stdio-prompts|no-trivial-auth|restrict-acl|logoverwrite|logappend|(no-)?sanitise-(stdout|stderr))$/;
const ownWithValue: ReadonlyMap<string, Message> = new Map([
  [
    '-pw',
    l10n.t(
      "You are asked for the password when the tunnel connects, and can save it in VS Code's secret storage.",
    ),
  ],
  ['-pwfile', l10n.t('You are asked for the password when the tunnel connects.')],
  ['-load', l10n.t("Sessions that PuTTY has saved can't be read.")],
  ['-hostkey', l10n.t('You are asked to check the host key of an unknown host.')],
  ['-proxycmd', l10n.t('Commands belong in a Host block of your ~/.ssh/config (ProxyCommand).')],
  ['-cert', l10n.t('It belongs in a Host block of your ~/.ssh/config (CertificateFile).')],
  ['-m', l10n.t('A tunnel runs no command.')],
  ['-nc', l10n.t('Use -L instead.')],
  ['-sshlog', l10n.t('See the log of SSH Tunnels instead (Show Log).')],
  ['-sshrawlog', l10n.t('See the log of SSH Tunnels instead (Show Log).')],
  ['-sessionlog', l10n.t('See the log of SSH Tunnels instead (Show Log).')],
  ['-loghost', l10n.t('It belongs in a Host block of your ~/.ssh/config (HostKeyAlias).')],
]);

const noSession = l10n.t(
  'Sessions that PuTTY has saved can\'t be read. Write the host and the user of the session into the command, as in "{example}".',
  { example: untranslated`plink -L 8080:localhost:80 me@example.org` },
);

/**
 * @param words without the program
 * @param hasPort whether a number after the host is its port; for plink, it is a command
 * @returns the words for ssh, and what is left out
 */
export function fromPutty(
  words: readonly Word[],
  hasPort: boolean,
): {
  readonly words: readonly Word[];
  readonly problems: readonly LineProblem[];
} {
  let host: Word | undefined;
  let session: Word | undefined;
  const result: Word[] = [];
  const problems: LineProblem[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    const value = words[index + 1];
    if (!word) {
      break;
    }
    const { text } = word;
    const why = ownWithValue.get(text);
    session = text === '-load' || /^@./.test(text) ? (session ?? word) : session;
    if (why) {
      problems.push({
        message: l10n.t('"{option}" can\'t be part of a tunnel. {reason}', {
          option: unquoted(text),
          reason: why,
        }),
        at: word.at,
        leaveOut: {},
      });
      index++;
    } else if (text === '-P' || sameWithValue.test(text)) {
      result.push(text === '-P' ? { ...word, text: untranslated`-p`, exact: false } : word);
      result.push(...(value ? [value] : []));
      index++;
    } else if (hasPort && host && /^\d+$/.test(text)) {
      const option = { ...word, text: untranslated`-p`, exact: false };
      result.splice(result.indexOf(host), 0, option, word);
    } else if (!ownWithoutValue.test(text)) {
      host = host ?? (text.startsWith('-') ? undefined : word);
      result.push(word);
    }
  }
  if (session && (!host || host === session)) {
    return { words: result, problems: [{ message: noSession, at: session.at }] };
  }
  return { words: result, problems };
}
