// Formats numbers and times, and makes text from settings, servers and the system safe to show.
import { allHidden } from '../../tunnels/util/invisibleCharacters';

/** `0 B`, `980 B`, `1.2 kB`, `34 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
  let value = Math.max(0, Math.round(bytes));
  let unit = 0;
  // 999.5 rounds to 1000, which belongs to the next unit.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0);
  return `${digits} ${units[unit] ?? 'TB'}`;
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

/** A time today as `14:02`, on another day as `21 Nov, 14:02`, as usual in `locale`. */
export function formatMoment(moment: number, now: number, locale?: string): string {
  const date = new Date(moment);
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  return date.toDateString() === new Date(now).toDateString()
    ? date.toLocaleTimeString(locale, time)
    : date.toLocaleString(locale, { day: 'numeric', month: 'short', ...time });
}

/** `3 minutes ago, 14:02`; from a day on only the date and time. */
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

const maxTextLength = 400;

/** ESC [ … letter, ESC ] … BEL or ESC \, and the two-character sequences of ECMA-48. */
const terminalEscapes = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])/g;

/** Text from a setting, a server or the system: one line, without terminal escapes or invisible characters. */
export function plainText(text: string): string {
  const characters = Array.from(fullPlainText(truncateInput(text)));
  return characters.length > maxTextLength
    ? `${characters.slice(0, maxTextLength - 1).join('')}…`
    : characters.join('');
}

/** Keeps more than is ever shown, and little enough to process quickly. */
function truncateInput(text: string): string {
  return text.slice(0, 10_000);
}

/** Like plainText(), but never shortened: for text that the user must see in full before agreeing to it. */
export function fullPlainText(text: string): string {
  return (
    text
      .replace(terminalEscapes, '')
      .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
      // Direction marks and zero-width characters could make one name look like another.
      .replace(allHidden, '')
      // Many combining marks on one character would cover the lines above and below.
      .replace(/(\p{M}{4})\p{M}+/gu, '$1')
      .trim()
  );
}

/** The same for several lines, each of which keeps its indentation. */
export function plainLines(text: string): string {
  return text
    .split('\n')
    .map((line) => `${/^ */.exec(line)?.[0] ?? ''}${fullPlainText(line)}`)
    .join('\n');
}

/** Like plainText(), for messages and prompts, where VS Code turns `[text](command:…)` into a link that runs it. */
export function withoutLinks(text: string): string {
  const maxMessageLength = 1000;
  const plain = fullPlainText(truncateInput(text)).replaceAll('](', '] (');
  return plain.length > maxMessageLength ? `${plain.slice(0, maxMessageLength - 1)}…` : plain;
}

/** Like plainText(), for lists and the status bar, where VS Code turns `$(name)` into an icon. */
export function withoutIcons(text: string): string {
  return plainText(text).replaceAll('$(', String.raw`\$(`);
}

/** Words of ours with a capital first and a full stop last. For text that may begin with a host use withFullStop(). */
export function asSentence(text: string): string {
  return withFullStop(text.charAt(0).toUpperCase() + text.slice(1));
}

/** The text with a full stop last; a host or a path at its beginning keeps its spelling. */
export function withFullStop(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
