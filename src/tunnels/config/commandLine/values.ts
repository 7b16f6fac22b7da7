// The values of options: yes or no, numbers and times; and where in the line they stand.
import type { Parsed } from '../../util/text';
import { parseTimeSpan } from '../../util/timeSpan';
import type { Place } from './words';

/** Of an offset in the text at a place. */
export function placeWithin({ at, exact }: Place, offset: number): number {
  return exact ? at + offset : at;
}

/** Where the end of a text is, if it stands there as it is read. */
export function placeOfRest(text: string, rest: string, { at, exact }: Place): Place {
  const isSame = exact && text.endsWith(rest);
  return { at: isSame ? at + text.length - rest.length : at, exact: isSame };
}

/** By multistate_flag in readconf.c, whatever its capitals. */
export function readYesNo(value: string, keyword: string): Parsed<boolean> {
  if (/^(yes|true)$/i.test(value)) {
    return { value: true };
  }
  const error = { message: `${keyword} is "yes" or "no"`, at: 0 };
  return /^(no|false)$/i.test(value) ? { value: false } : { error };
}

/** "none" is no time-out, and no keep-alive. */
export function readNumber(keyword: string, value: string, shown: string): Parsed<number> {
  if (keyword === 'serveralivecountmax') {
    const error = { message: `${shown} is a whole number`, at: 0 };
    return /^\d+$/.test(value) ? { value: Number(value) } : { error };
  }
  const seconds = value === 'none' ? 0 : parseTimeSpan(value);
  return seconds === undefined
    ? { error: { message: `${shown} is a time, as in "15" or "1m"`, at: 0 } }
    : { value: seconds };
}
