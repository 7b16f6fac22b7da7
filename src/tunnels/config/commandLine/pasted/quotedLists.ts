// An ssh command as the files of other programs hold it: a list of strings (Docker, Compose, tasks of VS Code, Python),
// a list of YAML, a property list of launchd, a string of JSON.

const ssh = String.raw`(?:[^"'<>\s]{0,200}[/\\])?(?:auto)?ssh(?:\.exe)?`;
const listStart = new RegExp(String.raw`\[\s*(["'])${ssh}\1\s*,`, 'i');
/** One of the two ends at the program, and the list of its arguments follows. */
const taskStart = new RegExp(String.raw`"command"\s*:\s*("${ssh}")\s*,\s*"args"\s*:\s*(?=\[)`, 'i');
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
  const task = taskStart.exec(text);
  const start = task ? task.index + task[0].length : text.search(listStart);
  list.lastIndex = Math.max(0, start);
  const [words] = start < 0 ? [] : (list.exec(text) ?? []);
  if (words === undefined) {
    return text;
  }
  const plain = words.replace(/"(?:\\[^]|[^"\\])*"|'[^']*'|[^]/g, (part) => (part.length === 1 ? ' ' : part));
  const program = task?.[1] ?? '';
  const before = task ? task.index + task[0].indexOf(program) : start;
  return only(text, before, program + ' '.repeat(start - before - program.length) + plain);
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
