// The message that a requested tunnel is up, or up except for some forwards.
import { l10n } from 'vscode';
import { errorWords } from '../../../tunnels/errors/errors';
import type { TunnelSnapshot } from '../../../tunnels/model/snapshot';
import { formatCount } from '../../../views/words/format';

export interface UpMessage {
  readonly text: string;
  readonly isWhole: boolean;
}

/** @param already the tunnel was up before the request */
export function upMessage({ name, forwards }: TunnelSnapshot, already: boolean): UpMessage {
  const start = `The tunnel "${name}" is${already ? ' already' : ''} up`;
  const missing = forwards.flatMap(({ forward, state }) =>
    state.status === 'failed' ? [{ label: forward.label, error: state.error }] : [],
  );
  const [first, ...others] = missing;
  if (!first) {
    return { text: `${start}.`, isWhole: true };
  }
  const more = others.length === 0 ? '' : ` and ${formatCount(others.length, 'more forward')}`;
  return {
    text: `${start}, except for "${first.label}"${more}: ${errorWords(first.error, l10n).message}`,
    isWhole: false,
  };
}
