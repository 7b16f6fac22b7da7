// Remembers which tunnel a question showed: what starts after the answer must be that one.
import { l10n } from 'vscode';
import type { TunnelSnapshot } from '../../../tunnels/model/snapshot';

/**
 * The questions of a language-model tool that are not answered yet. The editor doesn't say which question an answer
 * belongs to, and never reports a no.
 */
export class ShownTunnels {
  /** By the name in the tool's input: what the questions since its last use have shown. */
  readonly #shown = new Map<string, Set<string>>();

  set(name: string, tunnel: TunnelSnapshot): void {
    const shown = this.#shown.get(name) ?? new Set();
    this.#shown.set(name, shown.add(identityOf(tunnel)));
  }

  /** @throws Error if no question, or also another one, has shown the tunnel as it is now */
  check(name: string, tunnel: TunnelSnapshot): void {
    const shown = this.#shown.get(name);
    this.#shown.delete(name);
    if (shown?.size !== 1 || !shown.has(identityOf(tunnel))) {
      throw hasChanged(tunnel);
    }
  }
}

/** @param now undefined: it no longer exists @throws Error if it isn't what the question showed */
export function checkShown(shown: TunnelSnapshot, now: TunnelSnapshot | undefined): void {
  if (now === undefined || identityOf(now) !== identityOf(shown)) {
    throw hasChanged(shown);
  }
}

function hasChanged({ name }: TunnelSnapshot): Error {
  return new Error(
    l10n.t('The tunnel "{tunnel}" has changed since you were asked. Nothing was done.', { tunnel: name }),
  );
}

function identityOf({ id, entry }: TunnelSnapshot): string {
  return JSON.stringify([id, entry]);
}
