// Blanks what a copied command line has besides the command: prompts, comments, the marks of a continued line, fences,
// and the characters by which word processors replace plain ones. Each character is replaced by one, so that offsets in
// the result are offsets in the text.

import { withoutQuotedList } from './quotedLists';

/** Programs with which a command line begins that holds an ssh. */
const program = String.raw`(?:\S{0,200}[/\\])?(?:ssh|autossh|sshpass|nohup|sudo|plink|putty)(?:\.exe)?(?=["'\s])`;
const beforeProgram = String.raw`(?=["'&]{0,2}\s?"?${program})`;

/**
 * At the beginning of a line. Those without a sign of their own count only before a program: `#` also begins a comment,
 * and `>` redirects.
 */
const prompts: readonly RegExp[] = [
  // `[me@host ~]$ `
  /^(?:\([\w.-]{1,80}\)\s*){0,3}\[[^\]\n]{1,80}\]\s?[$#%>]\s*/,
  // `PS C:\Users\me> `, `PS /home/me> `, `C:\Users\me>`
  /^(?:\([\w.-]{1,80}\)\s*){0,3}(?:\[?PS\]?(?:\s[^>\n]{0,200})?|[A-Za-z]:\\[^>\n]{0,200})>\s*/,
  // `me@host:~/x$ `, `me@mac ~ % `, `me@host ~/x (main)> `, `me@PC MINGW64 ~ (main)$ `
  /^(?:\([\w.-]{1,80}\)\s*){0,3}[\w.-]+@[\w.-]+(?::\S{0,200}?|\s[^$#%>\n❯]{0,200})?\s?[$#%>❯]\s+/,
  // `mac:~ me$ `
  /^[\w.-]+:\S{1,200}\s[\w.-]+[$#]\s+/,
  // `➜  ~ `, `➜  project git:(main) ✗ `
  /^➜\s+\S+\s+(?:git:\(\S{0,100}\)\s+)?(?:[✗✔]\s+)?/,
  // `~/x ❯ `, `❯ `, `λ `
  /^(?:\S{1,100}\s+)?[❯➤λ»›▶]\s+/,
  // `bash-5.1$ `, `sh-4.2# `, `~ $ `
  new RegExp(String.raw`^(?:[\w./~-]{1,80}\s?)?[$%#>]\s*${beforeProgram}`, 'i'),
  /^[$%]\s+/,
  // Any other, as `[12:34] me@host ~/x (main)$ ` or `└─$ `.
  new RegExp(
    String.raw`^(?![^\n]{0,200}ssh\s[^\n]{0,200}[$%#>❯]\s)[^'"${'`'};|&<\n]{0,120}[$%#>❯]\s+${beforeProgram}`,
    'i',
  ),
  // A list, a notebook, a Dockerfile, a service's unit, a crontab, YAML, a Makefile, the history of a shell.
  new RegExp(
    String.raw`^(?:[-*•·]\s+|\d{1,3}[.)]\s+|!|(?:RUN|CMD|ENTRYPOINT)\s+|@[a-z]+\s+(?:root\s+)?|(?:[\d*/,-]+\s+){5}(?:root\s+)?|(?:ExecStart|Exec|command)\s*=\s*[-@+!:]?|[@+-]{1,3}|\d{1,6}\*?\s+(?:[\d-]{10}\s+[\d:]{8}\s+)?|:\s\d+:\d+;|(?:-\s+)?[A-Za-z_-]{1,30}:\s+)${beforeProgram}`,
    'i',
  ),
];

/** Of Windows and of programming languages. `#` is the splitter's. */
const otherComment = /^(?:\/\/|::|REM\s|--\s)[^\n]*/i;
const fence = /^(?:`{3,}|~{3,})[\w-]*/;
/** The first line of a prompt with two. */
const promptLine = /^[┌╭]|^[\w.-]+@[\w.-]+ (?:MINGW|MSYS|UCRT|CLANG)\w* [^$#\n]*$/;

/** Of a service's unit and of YAML, and what ssh prints: no command has a colon or these brackets at its end. */
const otherLine = /^\s*(?:\[[\w ]{1,40}\]|(?:-\s)?["']?[\w.-]{1,40}["']?:(?:\s[^\n]*)?)\s*$/;
const unitLine = /^\s*[A-Z][A-Za-z]{1,40}\s*=/;

/** No copied command has more; a text with more has too many commands anyway. */
const maxLines = 200;

/** @returns a text of the same length */
export function cleanText(text: string): string {
  const plain = plainCharacters(unwrap(withoutMarkup(withoutQuotedList(text))));
  const lines = plain.split('\n');
  if (lines.length > maxLines) {
    return text;
  }
  const isOnlyOne = lines.filter((line) => line.trim() !== '').length === 1;
  // A `#` is the prompt of root, unless it keeps another line from being the command.
  const hasOther = lines.some((line) => /^(?!\s*#).*ssh/.test(line));
  const isUnit = /^\s*ExecStart\s*=/m.test(plain);
  const cleaned = lines.map((line) => {
    const isOther =
      !isOnlyOne && !/ssh\s/.test(line) && (otherLine.test(line) || (isUnit && unitLine.test(line)));
    return isOther ? blank(line) : hasOther && /^\s*#/.test(line) ? line : cleanLine(line, isOnlyOne);
  });
  return joinContinued(withoutInnerComments(cleaned.join('\n')));
}

function cleanLine(line: string, isOnlyOne: boolean): string {
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  let rest = line.slice(indent.length);
  for (const pattern of [fence, otherComment]) {
    rest = rest.replace(pattern, blank);
  }
  if (promptLine.test(rest.trimEnd())) {
    return blank(line);
  }
  const start = rest.search(/\S/);
  if (start > 0) {
    // One line with a fence: ```sh ssh … ```
    return (
      indent + rest.slice(0, start) + cleanLine(rest.slice(start).replace(/`{3,}\s*$/, blank), isOnlyOne)
    );
  }
  const prompt = prompts.map((pattern) => pattern.exec(rest)?.[0] ?? '').find((found) => found !== '') ?? '';
  rest = blank(prompt) + rest.slice(prompt.length);
  if (isOnlyOne && prompt === '') {
    // The comment's line break was lost: an input box has only one line.
    rest = rest.replace(/^#.*?(?=\s(?:auto)?ssh\s+-)/, blank);
  }
  return indent + rest;
}

function blank(text: string): string {
  return ' '.repeat(text.length);
}

/** Of web pages and of Markdown. */
function withoutMarkup(text: string): string {
  return text
    .replace(/<\/?(?:code|pre|kbd|p|br|span)(?:\s[^<>]{0,100})?\/?>|&nbsp;/gi, blank)
    .replace(/<string>(?=[^<]*<\/string>)|<\/string>/gi, blank)
    .replace(/^\s*\*{1,2}(?=ssh\s)/, blank)
    .replace(/\*{1,2}\s*$/, blank);
}

/** A comment in the middle of a command that continues over several lines. */
function withoutInnerComments(text: string): string {
  return text.replace(/(?<=[\\^`][ \t]{0,20}\r?\n)[ \t]*#[^\n]*\n/g, blank);
}

const command = String.raw`((?:exec\s+)?(?:[^\s'"${'`'}]{0,200}[/\\])?(?:auto)?ssh(?:\.exe)?\s[^'"${'`'}]*)`;
/** `ssh …`, "ssh …" and “ssh …” as a whole. */
const whole = new RegExp(
  String.raw`^(\s*(?:[${'`'}]{1,2}|["'“”‘’]))\s*${command.replaceAll('\'"', '\'"“”‘’')}([${'`'}]{1,2}|["'“”‘’])[\s,;]*$`,
);
/** `alias db='ssh …'`, `bash -c "ssh …"`, `cmd /c "ssh …"`, `tmux new -d 'ssh …'`, `os.system("ssh …")`. */
const inShell = new RegExp(
  String.raw`^([^'"\n]{0,60}\balias\s+[\w-]+=|(?:"[^"\n]*[/\\])?[^'"\n]{0,200}\b(?:ba|z|da|k)?sh(?:\.exe)?"?\s+-\w*c\s*|[^'"\n]{0,200}\bcmd(?:\.exe)?\s+/[ck]\s+|[^'"\n]{0,200}\b(?:powershell|pwsh)(?:\.exe)?\s(?:[^'"\n]{0,100}\s)?-[cC]\w*\s+|\s*(?:tmux|screen|xterm|watch)\s[^'"\n]{0,200}|\s*[\w.]{1,60}\(\s*|\s*(?:\{\s*)?"[\w:.-]{1,60}"\s*:\s*)(['"])${command}\2[\s,;)}]*$`,
);
/** In a sentence. */
const inProse = new RegExp(String.raw`^([^${'`'}]*)${'`'}${command}${'`'}([^${'`'}]*)$`);

const beforeShell =
  /^[^'"\n]*?\s(?=(?:[^\s'"]{0,200}[/\\])?(?:(?:ba|z|da|k)?sh|cmd|powershell|pwsh)(?:\.exe)?\s)/;

/** Only what is between the quotes is the command. */
function unwrap(text: string): string {
  const found = whole.exec(text) ?? inShell.exec(text) ?? inProse.exec(text);
  const inside = found?.find((part, index) => index > 0 && /^\s*(?:exec\s+)?\S*ssh(?:\.exe)?\s/.test(part));
  if (!found || inside === undefined || !/\s-/.test(inside)) {
    return text;
  }
  const start = text.indexOf(inside);
  const isAlone = !/(?:^|[\s/\\])ssh(?:\.exe)?\s/.test(text.slice(0, start));
  // `sudo`, `wsl` or `docker` before the shell changes what its ssh does.
  const [kept = ''] = beforeShell.exec(text.slice(0, start)) ?? [];
  return isAlone
    ? kept + blank(text.slice(kept.length, start)) + inside + blank(text.slice(start + inside.length))
    : text;
}

/** Before a continued line: `> ` of POSIX shells, `>> ` of PowerShell, `More? ` of cmd.exe. */
const continuationPrompt = String.raw`(?:[ \t]*(?:>{1,2}|More\?)(?=\s))?`;
const lineEnd = new RegExp(String.raw`(?<=\s)[\\^${'`'}][ \t]*\r?\n${continuationPrompt}`, 'g');
const lostLineEnd = new RegExp(
  String.raw`(?<=\s)[\\^${'`'}](?:[ \t]*$|${continuationPrompt}(?=[ \t]+\S))`,
  'g',
);

/**
 * The marks by which shells continue a line: `\`, the `^` of cmd.exe, the backtick of PowerShell. An input box makes a
 * space of the line break, so between spaces they count as well. A line that begins with an option continues the one
 * before it, and so does one that is only `me@host`.
 */
function joinContinued(text: string): string {
  return text
    .replace(lineEnd, blank)
    .replace(/[\\^`]\r?\n(?=[ \t])/g, blank)
    .replace(/(?<=\S)\^\r?\n/g, blank)
    .replace(lostLineEnd, blank)
    .replace(/\r?\n(?=[ \t]*(?:-{1,2}\w|[\w.-]+@[\w.-]+\s*(?:\n|$)))/g, blank);
}

/** Outside of quotes. What stands between the quotes of a word processor is not quoted for a shell. */
function plainCharacters(text: string): string {
  if (!/[^\p{ASCII}]/u.test(text)) {
    return text;
  }
  let quote = '';
  let result = '';
  for (const character of text.split('')) {
    const plain = quote === '' || quote.length > 1 ? plainOf(character) : character;
    result += plain;
    if (character === '\n') {
      quote = '';
    } else if (quote === '' && (plain === '"' || plain === "'")) {
      // Two characters mark quotes of a word processor.
      quote = plain === character ? plain : plain + plain;
    } else if (quote !== '' && plain === quote.charAt(0)) {
      quote = '';
    }
  }
  return result.replace(
    /(?<=\s|^)[\u{200b}-\u{200d}\u{2060}\u{feff}]|[\u{200b}-\u{200d}\u{2060}\u{feff}](?=\s|$)/gu,
    ' ',
  );
}

const replacements: readonly (readonly [pattern: RegExp, plain: string])[] = [
  [/[“”„‟″]/, '"'],
  [/[‘’‚‛′]/, "'"],
  [/[‐‑‒–—―−]/, '-'],
  [/[\u{a0}\u{2000}-\u{200a}\u{202f}\u{205f}\u{3000}]/u, ' '],
];

function plainOf(character: string): string {
  return character < '\u{80}'
    ? character
    : (replacements.find(([pattern]) => pattern.test(character))?.[1] ?? character);
}
