// What this version understands of a tunnel but can't do yet, and says so wherever the tunnel is shown.
import type { TunnelDefinition } from './definition';

/** A sentence; undefined: everything that it holds can be done. */
export function notYetDone({ x11Programs }: Pick<TunnelDefinition, 'x11Programs'>): string | undefined {
  return x11Programs.length === 0
    ? undefined
    : `Programs of the server (${x11Programs.map(({ name }) => name).join(', ')}) can't be run by this version yet; its forwards work.`;
}
