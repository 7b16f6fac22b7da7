// Numbers and foreign text as people read them.
import { allHidden } from '../../tunnels/util/invisibleCharacters';

/** `0 B`, `980 B`, `1.2 kB`, `34 MB`: two figures are enough to see that something moves. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
  let value = Math.max(0, Math.round(bytes));
  let step = 0;
  // 999.5 rounds to 1000, which belongs to the next unit.
  while (value >= 999.5 && step < units.length - 1) {
    value /= 1000;
    step += 1;
  }
  const figures = step > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0);
  return `${figures} ${units[step] ?? 'TB'}`;
}

/** Milliseconds, rounded up to whole seconds: `4 s`, `1 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const units: readonly (readonly [name: string, size: number])[] = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ];
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) {
    return '0 s';
  }
  let rest = seconds;
  const parts: string[] = [];
  for (const [name, size] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) {
      parts.push(`${count} ${name}`);
    }
  }
  return parts.join(' ');
}

/** `1 forward`, `2 forwards`. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

/** A moment of today as `14:02`, of another day as `21 Nov, 14:02`, in the order and language of `locale`. */
export function formatMoment(moment: number, now: number, locale?: string): string {
  const date = new Date(moment);
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  return date.toDateString() === new Date(now).toDateString()
    ? date.toLocaleTimeString(locale, time)
    : date.toLocaleString(locale, { day: 'numeric', month: 'short', ...time });
}

/** `3 minutes ago, 14:02`: when something happened that may be of no more interest. */
export function formatAgo(moment: number, now: number, locale?: string): string {
  const minutes = Math.floor((now - moment) / 60_000);
  const time = formatMoment(moment, now, locale);
  if (minutes < 1) {
    return `just now, ${time}`;
  }
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) {
    return time;
  }
  return `${hours < 1 ? formatCount(minutes, 'minute') : formatCount(hours, 'hour')} ago, ${time}`;
}

const longestText = 400;

/** ESC [ … letter, ESC ] … BEL or ESC \, and the two-character sequences of ECMA-48. */
const terminalEscapes = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])/g;

/** Text from a setting, a server or the system: one line, without terminal escapes or invisible characters. */
export function plainText(text: string): string {
  const characters = Array.from(wholePlainText(beginning(text)));
  return characters.length > longestText
    ? `${characters.slice(0, longestText - 1).join('')}…`
    : characters.join('');
}

/** More than is ever shown of it, and less than takes a while to look through. */
function beginning(text: string): string {
  return text.slice(0, 10_000);
}

/** As plainText(), however long it is: for what somebody is to agree to, of which nothing may be hidden. */
export function wholePlainText(text: string): string {
  return (
    text
      .replace(terminalEscapes, '')
      .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
      // Direction marks and zero-width characters could make one name look like another.
      .replace(allHidden, '')
      // Marks upon marks would cover the lines above and below.
      .replace(/(\p{M}{4})\p{M}+/gu, '$1')
      .trim()
  );
}

/** The same for a text of several lines that are ours: each keeps its indentation. */
export function plainLines(text: string): string {
  return text
    .split('\n')
    .map((line) => `${/^ */.exec(line)?.[0] ?? ''}${wholePlainText(line)}`)
    .join('\n');
}

/** As plainText(), for where VS Code makes a link of `[text](command:…)`, which runs the command: messages and prompts. */
export function linkless(text: string): string {
  const longestMessage = 1000;
  const plain = wholePlainText(beginning(text)).replaceAll('](', '] (');
  return plain.length > longestMessage ? `${plain.slice(0, longestMessage - 1)}…` : plain;
}

/** As plainText(), for where VS Code makes an icon of `$(name)`: lists and the status bar. */
export function iconless(text: string): string {
  return plainText(text).replaceAll('$(', String.raw`\$(`);
}

/** With a capital at its beginning and a full stop at its end. */
export function asSentence(text: string): string {
  return withFullStop(text.charAt(0).toUpperCase() + text.slice(1));
}

/** Somebody else's words at the end of a sentence of ours. */
export function withFullStop(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
