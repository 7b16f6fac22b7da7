// A sentence for who has asked for a tunnel that is up, or up but for a part of it.
import type { TunnelSnapshot } from '../../../tunnels/model/snapshot';
import { formatCount } from '../../../views/words/format';

export interface UpWords {
  readonly text: string;
  readonly isWhole: boolean;
}

/** @param already as in "is up already" */
export function upWords({ name, forwards }: TunnelSnapshot, already: boolean): UpWords {
  const start = `The tunnel "${name}" is up${already ? ' already' : ''}`;
  const missing = forwards.flatMap(({ forward, state }) =>
    state.status === 'failed' ? [{ label: forward.label, error: state.error }] : [],
  );
  const [first, ...others] = missing;
  if (!first) {
    return { text: `${start}.`, isWhole: true };
  }
  const more = others.length === 0 ? '' : ` and ${formatCount(others.length, 'more forward')}`;
  return { text: `${start}, but for "${first.label}"${more}: ${first.error.message}`, isWhole: false };
}
