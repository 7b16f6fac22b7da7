// Why a server and this machine find no algorithm that both know.
import type { TunnelError } from './errors';
import { failure } from './errors';

/** The list of the two sides in which nothing is the same. */
export interface Mismatch {
  /** "cipher" */
  readonly noun: string;
  /** Of ssh_config(5) and of sshd_config(5). */
  readonly keyword: string;
  /** What the server has. */
  readonly theirs: readonly string[];
  /** One of those that is known here, though not offered. */
  readonly addable: string | undefined;
  /** One that is known here, and that every server of today has. */
  readonly common: string;
}

export function noCommonAlgorithm(host: string, detail?: string, mismatch?: Mismatch): TunnelError {
  if (!mismatch) {
    return failure(
      'NoCommonAlgorithm',
      `${host} and this machine have no algorithm in common.`,
      'Ask the administrator to bring the server up to date, or allow one more in your ssh_config.',
      detail,
      { host },
    );
  }
  const { noun, keyword, theirs, addable, common } = mismatch;
  const message = `${host} and this machine have no ${noun} in common: the server has only ${listOf(theirs)}.`;
  return addable === undefined
    ? failure(
        'NoCommonAlgorithm',
        message,
        `Ask the administrator to allow one that is known here, such as ${common}, in ${keyword} of the server's sshd_config.`,
        detail,
        { host, cure: { side: 'server', line: `${keyword} +${common}` } },
      )
    : failure(
        'NoCommonAlgorithm',
        message,
        `Add "${keyword} +${addable}" to the Host block in your ssh_config, or have the server brought up to date.`,
        detail,
        { host, cure: { side: 'here', line: `${keyword} +${addable}` } },
      );
}

/**
 * @param keyword of ssh_config(5)
 * @param common one that would do
 */
export function algorithmsNotSupported(
  host: string,
  keyword: string,
  names: readonly string[],
  common: string,
): TunnelError {
  return failure(
    'NoCommonAlgorithm',
    `${keyword} for ${host} allows nothing that can be used here: ${listOf(names)}.`,
    `Allow one that is known here, such as ${common}, in ${keyword} of your ssh_config.`,
    undefined,
    { host, cure: { side: 'here', line: `${keyword} +${common}` } },
  );
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ') || 'none';
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
