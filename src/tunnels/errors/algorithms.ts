// Errors when the server and this machine have no algorithm in common.
import type { TunnelError } from './errors';
import { failure } from './errors';

/** The kind of algorithm for which the two sides have nothing in common. */
export interface Mismatch {
  /** "cipher" */
  readonly noun: string;
  /** The same in ssh_config(5) and in sshd_config(5): "Ciphers". */
  readonly keyword: string;
  /** What the server offers. */
  readonly theirs: readonly string[];
  /** One of `theirs` that is supported here, but not offered by default. */
  readonly addable: string | undefined;
  /** One that is supported here, and by every current server. */
  readonly common: string;
}

export function noCommonAlgorithm(host: string, detail?: string, mismatch?: Mismatch): TunnelError {
  if (!mismatch) {
    return failure(
      'NoCommonAlgorithm',
      `${host} and this machine have no algorithm in common.`,
      'Ask the administrator to update the server, or allow another algorithm in your ssh_config.',
      detail,
      { host },
    );
  }
  const { noun, keyword, theirs, addable, common } = mismatch;
  const message = `${host} and this machine have no ${noun} in common: the server offers only ${listOf(theirs)}.`;
  return addable === undefined
    ? failure(
        'NoCommonAlgorithm',
        message,
        `Ask the administrator to add a supported one, such as ${common}, to ${keyword} in the server's sshd_config.`,
        detail,
        { host, fix: { side: 'server', line: `${keyword} +${common}` } },
      )
    : failure(
        'NoCommonAlgorithm',
        message,
        `Add "${keyword} +${addable}" to the Host block in your ssh_config, or ask the administrator to update the server.`,
        detail,
        { host, fix: { side: 'here', line: `${keyword} +${addable}` } },
      );
}

/**
 * @param keyword of ssh_config(5)
 * @param common a supported one
 */
export function algorithmsNotSupported(
  host: string,
  keyword: string,
  names: readonly string[],
  common: string,
): TunnelError {
  return failure(
    'NoCommonAlgorithm',
    `${keyword} for ${host} contains no supported algorithm: ${listOf(names)}.`,
    `Add a supported one, such as ${common}, to ${keyword} in your ssh_config.`,
    undefined,
    { host, fix: { side: 'here', line: `${keyword} +${common}` } },
  );
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ') || 'none';
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
