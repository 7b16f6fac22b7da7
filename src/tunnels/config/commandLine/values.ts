// Parses the values of options: yes or no, numbers and times; and computes positions in the line.
import type { Parsed } from '../../util/text';
import { parseTimeSpan } from '../../util/timeSpan';
import type { Position } from './words';

/** The offset in the line of an offset in the text at a position. */
export function offsetWithin({ at, exact }: Position, offset: number): number {
  return exact ? at + offset : at;
}

/** The position of `rest`, the end of a text; exact only if the text is written literally there. */
export function positionOfRest(text: string, rest: string, { at, exact }: Position): Position {
  const isSame = exact && text.endsWith(rest);
  return { at: isSame ? at + text.length - rest.length : at, exact: isSame };
}

/** As multistate_flag in readconf.c; case-insensitive. */
export function readYesNo(value: string, keyword: string): Parsed<boolean> {
  if (/^(yes|true)$/i.test(value)) {
    return { value: true };
  }
  const error = { message: `${keyword} must be "yes" or "no"`, at: 0 };
  return /^(no|false)$/i.test(value) ? { value: false } : { error };
}

/** "none" disables the time-out or keep-alive. */
export function readNumber(keyword: string, value: string, shown: string): Parsed<number> {
  if (keyword === 'serveralivecountmax') {
    const error = { message: `${shown} must be a whole number`, at: 0 };
    return /^\d+$/.test(value) ? { value: Number(value) } : { error };
  }
  const seconds = value === 'none' ? 0 : parseTimeSpan(value);
  return seconds === undefined
    ? { error: { message: `${shown} must be a time such as "15" or "1m"`, at: 0 } }
    : { value: seconds };
}
