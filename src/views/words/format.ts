// Formats numbers and times, and makes text from settings, servers and the system safe to show.
import { env, l10n } from 'vscode';
import { replaceHidden, withoutTerminalEscapes } from '../../tunnels/util/untrustedText';

/**
 * The language of the texts, for numbers, dates and lists among them: English, if there is no translation into the
 * editor's language. A user can set anything as the editor's `locale`.
 */
export function textLanguage(): string {
  try {
    return l10n.bundle === undefined ? 'en' : (Intl.getCanonicalLocales(env.language)[0] ?? 'en');
  } catch {
    return 'en';
  }
}

/** A number as the language of the texts writes it. @param fractionDigits exactly so many */
function formatNumber(value: number, fractionDigits: number): string {
  return value.toLocaleString(textLanguage(), {
    minimumFractionDigits: fractionDigits,
    maximumFractionDigits: fractionDigits,
    useGrouping: false,
  });
}

/** `0 B`, `980 B`, `1.2 kB`, `34 MB`. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, Math.round(bytes));
  let thousands = 0;
  // 999.5 rounds to 1000, which belongs to the next unit.
  while (value >= 999.5 && thousands < 4) {
    value /= 1000;
    thousands += 1;
  }
  const size = formatNumber(value, thousands > 0 && value < 9.95 ? 1 : 0);
  switch (thousands) {
    case 0:
      return l10n.t('{size} B', { size });
    case 1:
      return l10n.t('{size} kB', { size });
    case 2:
      return l10n.t('{size} MB', { size });
    case 3:
      return l10n.t('{size} GB', { size });
    default:
      return l10n.t('{size} TB', { size });
  }
}

/** 0.91: `91%`. */
export function formatPercentage(share: number): string {
  return share.toLocaleString(textLanguage(), { style: 'percent' });
}

/** Milliseconds, rounded up to whole seconds: `4 s`, `1 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(milliseconds: number): string {
  const total = Math.max(0, Math.ceil(milliseconds / 1000));
  const days = Math.floor(total / 86_400);
  const hours = Math.floor(total / 3600) % 24;
  const minutes = Math.floor(total / 60) % 60;
  const seconds = total % 60;
  if (days > 0) {
    return hours > 0 ? l10n.t('{days} d {hours} h', { days, hours }) : l10n.t('{days} d', { days });
  }
  if (hours > 0) {
    return minutes > 0
      ? l10n.t('{hours} h {minutes} min', { hours, minutes })
      : l10n.t('{hours} h', { hours });
  }
  if (minutes > 0) {
    return seconds > 0
      ? l10n.t('{minutes} min {seconds} s', { minutes, seconds })
      : l10n.t('{minutes} min', { minutes });
  }
  return l10n.t('{seconds} s', { seconds });
}

/** `a, b, and c`. */
export function formatList(items: readonly string[]): string {
  return new Intl.ListFormat(textLanguage(), { type: 'conjunction' }).format(items);
}

/** Independent parts of a row: `up · 2 forwards`. */
export function joinParts(parts: readonly string[]): string {
  return parts.join(' · ');
}

/** The same parts as a sentence: `Up, 2 forwards.` */
export function speakParts(parts: readonly string[]): string {
  return asSentence(parts.join(', '));
}

/** A time today as `14:02`, on another day as `21 Nov, 14:02`, as usual in `locale`. */
export function formatMoment(moment: number, now: number, locale = textLanguage()): string {
  const date = new Date(moment);
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  return date.toDateString() === new Date(now).toDateString()
    ? date.toLocaleTimeString(locale, time)
    : date.toLocaleString(locale, { day: 'numeric', month: 'short', ...time });
}

/** `14:02:11`, as usual in `locale`. */
export function formatTime(moment: number, locale = textLanguage()): string {
  return new Date(moment).toLocaleTimeString(locale);
}

/** `3 minutes ago, 14:02`; from a day on only the date and time. */
export function formatAgo(moment: number, now: number, locale = textLanguage()): string {
  const minutes = Math.floor((now - moment) / 60_000);
  const time = formatMoment(moment, now, locale);
  if (minutes < 1) {
    return l10n.t('just now, {time}', { time });
  }
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) {
    return time;
  }
  const relative = new Intl.RelativeTimeFormat(locale);
  const ago = hours < 1 ? relative.format(-minutes, 'minute') : relative.format(-hours, 'hour');
  return l10n.t('{ago}, {time}', { ago, time });
}

const maxTextLength = 400;

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
  const line = withoutTerminalEscapes(text).replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ');
  return (
    // Direction marks and zero-width characters could make one name look like another.
    replaceHidden(line, () => '')
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
  const [first = '', ...rest] = text;
  return withFullStop(`${first.toLocaleUpperCase(textLanguage())}${rest.join('')}`);
}

/** The text with a full stop last; a host or a path at its beginning keeps its spelling. */
export function withFullStop(text: string): string {
  return /[.!?…。！？]$/u.test(text) ? text : l10n.t('{sentence}.', { sentence: text });
}
