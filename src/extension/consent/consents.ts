// What the person has allowed: what a tunnel means on this machine, whether just that was allowed, and what of it is new.
import { leasedEnvironment } from '../../tunnels/daemon/protocol/leasedEnvironment';
import type { ResolvedFacts } from '../../tunnels/daemon/protocol/protocol';
import type { TunnelEntry } from '../../tunnels/config/definition';
import { consentLines } from '../../views/consent/consentLines';
import type { ConsentSheet } from '../../views/consent/consentSheet';
import { plainText } from '../../views/words/format';
import { consentedEntry } from '../settings/configuredTunnel';
import type { UsableTunnel } from '../settings/configuredTunnel';
import type { DaemonConnection } from '../tunnels/daemonConnection';
import type { Memory } from '../tunnels/workspaceStorage';
import { subjectOf } from '../tunnels/permission';
import type { Wishes } from '../tunnels/desiredState';

/** A tunnel as it was when a question about it was put, with what it meant then: what may be allowed by the answer. */
export interface Asked {
  readonly tunnel: UsableTunnel;
  readonly facts: ResolvedFacts;
}

export class Consents {
  readonly #link: DaemonConnection;
  readonly #memory: Memory;
  readonly #wishes: Wishes;

  constructor(link: DaemonConnection, memory: Memory, wishes: Wishes) {
    this.#link = link;
    this.#memory = memory;
    this.#wishes = wishes;
  }

  /** What a tunnel means on this machine. @throws TunnelFailure */
  async resolve(tunnel: UsableTunnel): Promise<Asked> {
    const client = await this.#link.client();
    const facts = await client.resolve({
      definition: tunnel.entry.definition,
      settings: this.#wishes.settings.connection,
      env: leasedEnvironment(process.env),
    });
    return { tunnel, facts };
  }

  /** What to show of it. @param facts undefined: not known (yet), or not to be found out */
  sheet(tunnel: UsableTunnel, facts: ResolvedFacts | undefined): ConsentSheet {
    return {
      name: plainText(tunnel.name),
      before: this.isAllowed(tunnel, facts) ? undefined : this.#memory.consent(tunnel.id)?.lines,
      lines: linesOf(tunnel, facts),
    };
  }

  /** Whether it was allowed as it is written, and with just these facts where they are known. */
  isAllowed(tunnel: UsableTunnel, facts?: ResolvedFacts): boolean {
    const consent = this.#memory.consent(tunnel.id);
    return consent?.subject === subjectOf(tunnel) && (!facts || consent.hash === facts.hash);
  }

  async allow({ tunnel, facts }: Asked): Promise<void> {
    await this.#memory.setConsent(tunnel.id, {
      subject: subjectOf(tunnel),
      hash: facts.hash,
      lines: linesOf(tunnel, facts).map(({ text }) => text),
    });
  }

  /**
   * The user has changed a tunnel by a command of ours: what they had allowed goes on being allowed, unless it stands for
   * something else on this machine by now.
   */
  async carry(tunnel: UsableTunnel, entry: TunnelEntry): Promise<void> {
    if (!this.isAllowed(tunnel)) {
      return;
    }
    const [before, after] = await Promise.all([this.resolve(tunnel), this.resolve({ ...tunnel, entry })]);
    if (this.isAllowed(tunnel, before.facts)) {
      await this.allow(after);
    }
  }

  async revoke({ id }: UsableTunnel): Promise<void> {
    await this.#memory.setConsent(id, undefined);
  }
}

function linesOf(tunnel: UsableTunnel, facts: ResolvedFacts | undefined): ConsentSheet['lines'] {
  return consentLines({ entry: consentedEntry(tunnel) }, facts);
}
