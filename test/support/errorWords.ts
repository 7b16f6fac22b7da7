// The words of an error in English, as tests read them.
import { errorWords } from '../../src/tunnels/errors/errors';
import type { TunnelError } from '../../src/tunnels/errors/errors';
import { english } from '../../src/tunnels/util/l10n';

/** Empty if there is no error. */
export function messageOf(error: TunnelError | undefined): string {
  return error ? errorWords(error, english).message : '';
}

/** Empty if there is no error. */
export function nextStepOf(error: TunnelError | undefined): string {
  return error ? errorWords(error, english).nextStep : '';
}

/** Empty if there is none. */
export function detailOf(error: TunnelError | undefined): string {
  return (error && errorWords(error, english).detail) ?? '';
}
