// Why a command line needs a shell: the characters that one interprets.
import { deferred as l10n } from '../../util/l10n';
import type { Message } from '../../util/l10n';

/** Why a character needs a shell. */
const needsShell: ReadonlyMap<string, Message> = new Map([
  [
    '$',
    l10n.t('"$" begins a variable, which only a shell replaces; use its value, or put it in single quotes.'),
  ],
  [
    '`',
    l10n.t('"`" runs a command, which only a shell replaces; use its value, or put it in single quotes.'),
  ],
  [
    ';',
    l10n.t(
      '";" ends the command: a tunnel is a single ssh command; remove it, or quote it if it is part of a word.',
    ),
  ],
  [
    '\n',
    l10n.t(
      'A line break ends the command: a tunnel is a single ssh command; remove it, or quote it if it is part of a word.',
    ),
  ],
  [
    '|',
    l10n.t(
      '"|" feeds another command: a tunnel is a single ssh command; remove it, or quote it if it is part of a word.',
    ),
  ],
  [
    '&',
    l10n.t(
      '"&" sends the command to the background or begins another: a tunnel is a single ssh command; remove it, or quote it if it is part of a word.',
    ),
  ],
  ['<', redirects('<')],
  ['>', redirects('>')],
  [
    '(',
    l10n.t(
      '"(" begins a subshell: a tunnel is a single ssh command; remove it, or quote it if it is part of a word.',
    ),
  ],
  [
    ')',
    l10n.t(
      '")" ends a subshell: a tunnel is a single ssh command; remove it, or quote it if it is part of a word.',
    ),
  ],
]);

function redirects(character: '<' | '>'): Message {
  return l10n.t(
    '"{character}" redirects a file: a tunnel is a single ssh command; remove it, or quote it if it is part of a word.',
    { character },
  );
}

/** Why this operator needs a shell. */
export function shellProblem(operator: string): Message | undefined {
  return needsShell.get(operator.replace(/^\d+/, '').charAt(0));
}
