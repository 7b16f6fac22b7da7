// What must be true of every failure that a server can cause, whatever it does.
import { errorCodes, errorWords, TunnelFailure } from '../../../../src/tunnels/errors/errors';
import type { TunnelError } from '../../../../src/tunnels/errors/errors';
import { english } from '../../../../src/tunnels/util/l10n';
import { checkReadable } from '../../readableErrors';

const codes: readonly string[] = errorCodes;
/** The most characters of a whole error: every window receives it. */
const longest = 4000;
const slips = /TypeError|RangeError|Cannot read|is not a function|\bat .*\.js:\d|undefined/;

/** Characters that would move a cursor or reverse a line. */
const unseen = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/;

/** @returns what is wrong with a failure; undefined: nothing */
export function complaintOf(failure: unknown): string | undefined {
  if (failure instanceof Error && !(failure instanceof TunnelFailure)) {
    return `a bare ${failure.stack ?? failure.message}`;
  }
  const error = failure instanceof TunnelFailure ? failure.error : (failure as TunnelError);
  const report = JSON.stringify(error);
  if (!codes.includes(error.code)) {
    return `an error without a code: ${report}`;
  }
  if (report.length > longest) {
    return `an error of ${report.length} characters: ${report.slice(0, 500)}`;
  }
  const { message, nextStep, detail = '' } = errorWords(error, english);
  if (slips.test(report) || unseen.test(`${message} ${nextStep} ${detail}`)) {
    return `an error that people can't understand: ${report}`;
  }
  try {
    checkReadable(error);
    return undefined;
  } catch (complaint) {
    return String(complaint);
  }
}

/** @returns `late` when it takes longer (milliseconds) */
export async function within<T>(timeoutMs: number, wait: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), timeoutMs);
  });
  try {
    return await Promise.race([wait, late]);
  } finally {
    clearTimeout(timer);
  }
}
