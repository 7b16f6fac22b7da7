// Finds the ssh command in a line that may hold others, and names what is left out. Nothing of it is ever run.
import { deferred as l10n } from '../../../util/l10n';
import type { Message } from '../../../util/l10n';
import { quote, quoteKey, unquoted } from '../../../util/shown';
import { shellProblem } from '../shellOperators';
import { getopt } from '../getopt';
import type { LineProblem, Redirection, SimpleCommand, Word } from '../splitWords';
import { blockEnds, noSsh, reservedWords, wrappers } from './otherPrograms';
import { fromPutty } from './puttyOptions';

export interface ChosenCommand {
  /** After the program. */
  readonly words: readonly Word[];
  /** What is left out, and what can't be understood. */
  readonly problems: readonly LineProblem[];
  /** Offsets in the line. */
  readonly start: number;
  readonly end: number;
}

/** Words up to ssh. */
const maxBefore = 50;

/** A command, by the program that it would run. */
type Kind =
  | { readonly is: 'ssh'; readonly words: readonly Word[]; readonly problems: readonly LineProblem[] }
  | { readonly is: 'noSsh'; readonly problem: LineProblem }
  /** Options or a host come first, or it is any other program. */
  | { readonly is: 'other' };

/** @param line as it was given to splitCommands() */
export function chooseCommand(commands: readonly SimpleCommand[], line: string): ChosenCommand {
  const all = commands.map((command) => ({ command, kind: kindOf(command.words, line) }));
  const ofSsh = all.filter(({ kind }) => kind.is === 'ssh');
  const filled = all.filter(({ command }) => command.words.length > 0);
  const chosen =
    ofSsh.find(({ command }) => command.words.some(opensPort)) ??
    ofSsh[0] ??
    filled.find(({ kind }) => kind.is === 'noSsh') ??
    filled[0] ??
    all[0];
  if (!chosen) {
    return { words: [], problems: [], start: 0, end: line.length };
  }
  const { command, kind } = chosen;
  const range = { start: command.words[0]?.at ?? 0, end: command.end };
  if (kind.is === 'noSsh') {
    return { words: [], problems: [kind.problem], ...range };
  }
  const foreign = kind.is === 'other' ? otherProgram(command, line) : undefined;
  if (foreign) {
    return { words: [], problems: [foreign], ...range };
  }
  const others = all.flatMap((other, index) => {
    const before = commands[index - 1];
    return other === chosen ? [] : leftOut(other.command, other.kind, before);
  });
  return {
    words: kind.is === 'ssh' ? kind.words : command.words,
    problems: [
      ...(kind.is === 'ssh' ? kind.problems : []),
      ...command.redirections.flatMap(redirected),
      ...(command.operator.startsWith('|') && command.operator !== '||' ? [piped(command)] : []),
      ...others,
    ],
    ...range,
  };
}

/** Whether it runs ssh or a program like it, and not only because the word is somewhere in a text. */
export function isSshCommand({ words }: SimpleCommand, line: string): boolean {
  const [first] = words;
  const name = first && programOf(first, line);
  const isReserved = reservedWords.has(name ?? '');
  return (
    first !== undefined &&
    words.length > 1 &&
    (isSsh(name ?? '') || isReserved || wrappers.has(name ?? '') || /^[A-Za-z_]\w*=/.test(first.text)) &&
    kindOf(words, line).is === 'ssh'
  );
}

/** -L, -R, -D, -J, -X and -Y, alone or with others. */
function opensPort({ text }: Word): boolean {
  return /^-[\dA-Za-z]*[LRDXY]/.test(text) || /^-?o?(Local|Remote|Dynamic)Forward/i.test(text);
}

function kindOf(given: readonly Word[], line: string): Kind {
  const words = withoutReserved(given);
  const [first] = words;
  if (!first) {
    return { is: 'other' };
  }
  const firstName = programOf(first, line);
  const advice = noSsh.get(firstName);
  if (advice) {
    const message = l10n.t('{program} is not ssh. {advice}', { program: quote(firstName), advice });
    return { is: 'noSsh', problem: { message, at: first.at } };
  }
  const index = words.slice(0, maxBefore).findIndex((word) => isSsh(programOf(word, line)));
  const isWrapped = index > 0 && !first.text.startsWith('-') && !first.text.includes('@');
  const program = words[index];
  if (!program || (index > 0 && !isWrapped && !wrappers.has(firstName))) {
    return wrappers.has(firstName) && index < 0 ? withoutSsh(first, firstName) : { is: 'other' };
  }
  const name = programOf(program, line);
  const rest = words.slice(index + 1);
  const before = wrapperProblems(words.slice(0, index), line);
  if (name === 'autossh') {
    const own = fromAutossh(rest);
    const message = l10n.t('"{program}" isn\'t needed. {reason}', {
      program: unquoted(name),
      reason: l10n.t('A tunnel reconnects automatically.'),
    });
    const problem = { message, at: program.at, leaveOut: { isNeedless: true } } as const;
    return { is: 'ssh', words: own, problems: [...before, problem] };
  }
  if (name === 'ssh' || name === 'slogin') {
    return { is: 'ssh', words: rest, problems: before };
  }
  const putty = fromPutty(rest, name !== 'plink' && name !== 'klink');
  return { is: 'ssh', words: putty.words, problems: [...before, ...putty.problems] };
}

function withoutReserved(words: readonly Word[]): readonly Word[] {
  const start = words.findIndex(({ text }) => !reservedWords.has(text));
  return start < 0 ? words : words.slice(start);
}

/**
 * `make tunnel`, `ssh2 -L … me@host`, `spawn('ssh')`: without ssh, the first word would be the host, and the host its
 * command. `host -L 8080:a:80` is a host.
 */
function otherProgram({ words, operator }: SimpleCommand, line: string): LineProblem | undefined {
  const [first] = words;
  if (!first || !/^[\w.+/\\:~-]+$/.test(first.text) || first.text.startsWith('-')) {
    return undefined;
  }
  const isCall = operator === '(' && words.length === 1;
  const isPath = /^[~.]{0,2}\//.test(first.text) && words.length > 1;
  const hasCommand = getopt(words).command.length > 0;
  return isCall || isPath || hasCommand ? notSsh(first, programOf(first, line)) : undefined;
}

/** `sudo -i`, `PGPASSWORD=x psql`: not the words of an ssh without its name. */
function withoutSsh(first: Word, name: string): Kind {
  return { is: 'noSsh', problem: notSsh(first, name) };
}

function notSsh(first: Word, name: string): LineProblem {
  const message = l10n.t('{program} is not ssh. {advice}', {
    program: quote(name),
    advice: l10n.t('Only ssh commands are supported; begin with "ssh".'),
  });
  return { message, at: first.at };
}

function isSsh(name: string): boolean {
  return /^(ssh|slogin|autossh|plink|putty|kitty_portable|klink)$/.test(name);
}

/** As written, because the backslashes of a Windows path may be unquoted. In lower case, without its folders. */
function programOf(word: Word, line: string): string {
  const written = line.slice(word.at, word.end).replace(/^['"]|['"]$/g, '');
  return written
    .replace(/^.*[/\\]/, '')
    .replace(/\.exe$/i, '')
    .toLowerCase();
}

/** `-M 0` is autossh's own; in ssh, -M has no value. */
function fromAutossh(words: readonly Word[]): readonly Word[] {
  const index = words.findIndex(({ text }) => /^-f?M\d*(:\d+)?$/.test(text));
  const count = words[index]?.text.endsWith('M') ? 2 : 1;
  return index < 0 ? words : words.filter((_, at) => at < index || at >= index + count);
}

function wrapperProblems(words: readonly Word[], line: string): readonly LineProblem[] {
  const problems: LineProblem[] = [];
  for (const [index, word] of words.entries()) {
    const name = programOf(word, line);
    const wrapper = wrappers.get(name);
    if (/^[A-Za-z_]\w*=/.test(word.text) || /^\$env:/i.test(word.text)) {
      // Its value may be a password.
      problems.push({
        message: variables,
        at: word.at,
        leaveOut: {},
      });
    } else if (wrapper) {
      const program = unquoted(name);
      const { why: reason, isNeedless } = wrapper;
      problems.push({
        message: isNeedless
          ? l10n.t('"{program}" isn\'t needed. {reason}', { program, reason })
          : l10n.t('"{program}" can\'t be part of a tunnel. {reason}', { program, reason }),
        at: word.at,
        leaveOut: isNeedless ? { isNeedless } : {},
      });
    } else if (index === 0) {
      problems.push({
        message: l10n.t('{program} before "ssh" can\'t be part of a tunnel.', {
          program: quoteKey(word.text),
        }),
        at: word.at,
        leaveOut: {},
      });
    }
  }
  return problems;
}

/** A redirected output that nobody reads is dropped silently. */
function redirected({ operator, target, at }: Redirection): readonly LineProblem[] {
  const isNothing = /^(\/dev\/null|nul|\$null|\d+|-)$/i.test(target);
  const message = shellProblem(operator === '&>' || operator === '&>>' ? operator.slice(1) : operator);
  return isNothing || !message ? [] : [{ message, at, leaveOut: {} }];
}

function piped({ operator, end }: SimpleCommand): LineProblem {
  const message = shellProblem(operator) ?? l10n.t('Only ssh commands are supported; begin with "ssh".');
  return { message, at: end, leaveOut: {} };
}

/** Another command than the one that was chosen. @param before the one before it, whose operator joins the two */
function leftOut(
  { words, redirections }: SimpleCommand,
  kind: Kind,
  before: SimpleCommand | undefined,
): readonly LineProblem[] {
  const own = withoutReserved(words);
  const [first] = own;
  const at = before && before.operator !== '' ? before.end : (first?.at ?? redirections[0]?.at ?? 0);
  if (!first || (own.length === 1 && blockEnds.test(first.text))) {
    return [];
  }
  const isTunnel = kind.is === 'ssh' && words.some(opensPort);
  return [{ message: isTunnel ? anotherTunnel : otherCommand(first), at, leaveOut: {} }];
}

const anotherTunnel = l10n.t('There is another ssh command: add it as a tunnel of its own.');

const variables = l10n.t("Variables can't be set for a tunnel; it uses those of the editor.");

/** Its arguments may be secret. */
function otherCommand({ text }: Word): Message {
  const isVariable = /^[A-Za-z_]\w*=/.test(text);
  return isVariable
    ? variables
    : l10n.t(
        'A tunnel is a single ssh command; {program} can\'t be part of it. Quote ";", "&" or "|" within a word.',
        { program: quoteKey(text.replace(/^.*[/\\]/, '')) },
      );
}
