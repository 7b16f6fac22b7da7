// Remembers which tunnel the question of a language-model tool showed.
import { l10n } from 'vscode';
import type { TunnelSnapshot } from '../../../tunnels/model/snapshot';

/** Which tunnel the question showed for each name: what runs after the answer must be that one. */
export class ShownTunnels {
  readonly #shown = new Map<string, string>();

  set(name: string, tunnel: TunnelSnapshot): void {
    this.#shown.set(name, identityOf(tunnel));
  }

  /** @throws Error if the name stands for another tunnel now, or the tunnel has changed */
  check(name: string, tunnel: TunnelSnapshot): void {
    const shown = this.#shown.get(name);
    if (shown !== undefined && shown !== identityOf(tunnel)) {
      throw new Error(
        l10n.t('The tunnel "{tunnel}" has changed since you were asked. Nothing was done.', {
          tunnel: name,
        }),
      );
    }
  }
}

function identityOf({ id, entry }: TunnelSnapshot): string {
  return JSON.stringify([id, entry]);
}
