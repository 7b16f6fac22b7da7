// What a person reads of a sentence that is data.
import { english, localize } from '../../src/tunnels/util/l10n';
import type { Message } from '../../src/tunnels/util/l10n';

/** Empty if there is none. */
export function inEnglish(message: Message | undefined): string {
  return message === undefined ? '' : localize(message, english);
}
