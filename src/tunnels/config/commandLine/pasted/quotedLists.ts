// An ssh command as the files of other programs hold it: a list of strings (Docker, Compose, tasks of VS Code, Python),
// a list of YAML, a property list of launchd, a string of JSON.

const ssh = String.raw`(?:[^"'<>\s]{0,200}[/\\])?(?:auto)?ssh(?:\.exe)?`;
const listStart = new RegExp(String.raw`\[\s*(["'])${ssh}\1\s*,`, 'i');
/** One of the two ends at the program, and the list of its arguments follows. */
const taskStart = new RegExp(String.raw`"command"\s*:\s*("${ssh}")\s*,\s*"args"\s*:\s*(?=\[)`, 'i');
/** `exec.Command("ssh", "-N", …)`, `spawn('ssh', ['-N', …])` */
const callStart = new RegExp(String.raw`\b[\w.:]{1,60}\(\s*(?=(["'])${ssh}\1\s*,)`, 'i');
const callList = /(?:\s*(?:"(?:\\[^]|[^"\\])*"|'[^']*'|[,[\]]))+/y;
/** `Command::new("ssh").arg("-N").args(["-L", …])` */
const builder = new RegExp(String.raw`"${ssh}"\s*\)((?:\s*\.args?\([^()]*\))+)`, 'i');
/** `Start-Process ssh -ArgumentList "-N", "-L", …`, and with all arguments in one text. */
const startProcess = new RegExp(
  String.raw`(?<=^|[\n;>$]\s{0,9})((?:Start-Process|saps)\s+(?:-(?:NoNewWindow|Wait|PassThru|FilePath|WindowStyle\s+\w+)\s+){0,5})((["']?)${ssh}\3)(\s+(?:-Arg\w*\s+)?@?\(?)((?:\s*(?:"[^"\n]*"|'[^'\n]*'|,))+)`,
  'i',
);
/** Its arguments are one text: `"ssh", "-N -L 8080:a:80 host"`. */
const oneText = new RegExp(String.raw`^((["']?)${ssh}\2[\s,]+)(["'])(-[^"']*\s[^"']*)\3\s*$`, 'i');

const list = /\[(?:\s*(?:"(?:\\[^]|[^"\\])*"|'[^']*'|,))+\s*\]/y;
const propertyList = new RegExp(String.raw`<array>\s*<string>${ssh}</string>[^]*?</array>`, 'i');

const yamlList = new RegExp(
  String.raw`(?<=^|\n)[ \t]*-[ \t]+(["']?)${ssh}\1[ \t]*\r?\n(?:[ \t]*-[ \t]+\S[^\n]*(?:\n|$))+`,
  'i',
);

/** Only the command, if the text holds one as a list. @returns a text of the same length */
export function withoutQuotedList(text: string): string {
  const [array] = propertyList.exec(text) ?? [];
  if (array !== undefined) {
    return only(text, text.indexOf(array), unquoteTags(array));
  }
  const [items] = yamlList.exec(text) ?? [];
  if (items !== undefined) {
    return only(text, text.indexOf(items), items.replace(/(?<=^|\n)([ \t]*)-/g, '$1 ').replace(/\s/g, ' '));
  }
  const started = startProcess.exec(text);
  if (started) {
    const [, before = '', program = '', , gap = '', given = ''] = started;
    const [, inside] = /^\s*["'](-[^"']*)["']\s*$/.exec(given) ?? [];
    const words = inside === undefined ? onlyStrings(given) : ` ${inside}`.padEnd(given.length);
    return only(text, started.index + before.length, program + ' '.repeat(gap.length) + words);
  }
  const call = listStart.test(text) ? undefined : callIn(text);
  if (call !== undefined) {
    const [, before = '', , , inside] = oneText.exec(call) ?? [];
    const words = inside === undefined ? onlyStrings(call) : `${before.replaceAll(',', ' ')} ${inside}`;
    return only(text, text.indexOf(call), words.padEnd(call.length));
  }
  const task = taskStart.exec(text);
  const start = task ? task.index + task[0].length : text.search(listStart);
  list.lastIndex = Math.max(0, start);
  const [words] = start < 0 ? [] : (list.exec(text) ?? []);
  if (words === undefined) {
    return text;
  }
  const plain = onlyStrings(words);
  const program = task?.[1] ?? '';
  const before = task ? task.index + task[0].indexOf(program) : start;
  return only(text, before, program + ' '.repeat(start - before - program.length) + plain);
}

/** From the program to the last argument. */
function callIn(text: string): string | undefined {
  const [built] = builder.exec(text) ?? [];
  const call = callStart.exec(text);
  callList.lastIndex = call ? call.index + call[0].length : 0;
  return built ?? (call ? callList.exec(text)?.[0] : undefined);
}

function onlyStrings(list: string): string {
  return list.replace(/"(?:\\[^]|[^"\\])*"|'[^']*'|[^]/g, (part) => (part.length === 1 ? ' ' : part));
}

/** Everything else is blank. */
function only(text: string, start: number, part: string): string {
  return ' '.repeat(start) + part + ' '.repeat(text.length - start - part.length);
}

function unquoteTags(array: string): string {
  return array
    .replaceAll('<string>', `${' '.repeat(7)}"`)
    .replaceAll('</string>', `"${' '.repeat(8)}`)
    .replace(/<[^<>]*>|\s/g, (tag) => ' '.repeat(tag.length));
}

const jsonString = new RegExp(
  String.raw`(?:^\s*|"[\w:.-]{1,60}"\s*:\s*)"(${ssh}\s(?:\\[^]|[^"\\\n])*)"\s*(?=[,}\]\n]|$)`,
  'i',
);

/** The command in a string of JSON, without its escapes. undefined: there is none. */
export function jsonCommand(text: string): string | undefined {
  const [, inside] = jsonString.exec(text) ?? [];
  if (inside === undefined || !/\s-/.test(inside)) {
    return undefined;
  }
  try {
    return String(JSON.parse(`"${inside}"`));
  } catch {
    return undefined;
  }
}
