// The user's consents: resolves what a tunnel means on this machine, and compares it with what the user allowed.
import { isDeepStrictEqual } from 'node:util';
import { leasedEnvironment } from '../../tunnels/daemon/protocol/leasedEnvironment';
import type { ResolvedFacts } from '../../tunnels/daemon/protocol/protocol';
import { consentLines } from '../../views/consent/consentLines';
import type { ConsentDiff } from '../../views/consent/consentDiff';
import { plainText } from '../../views/words/format';
import { consentedEntry, isFromWorkspace } from '../settings/configuredTunnel';
import type { ValidTunnel } from '../settings/configuredTunnel';
import type { DaemonConnection } from '../tunnels/daemonConnection';
import type { WorkspaceStorage } from '../tunnels/workspaceStorage';
import { subjectOf } from '../tunnels/startPolicy';
import type { DesiredState } from '../tunnels/desiredState';

/** A tunnel and its resolved facts at the time of the question. The answer allows exactly these. */
export interface ResolvedTunnel {
  readonly tunnel: ValidTunnel;
  readonly facts: ResolvedFacts;
}

export class Consents {
  readonly #daemonConnection: DaemonConnection;
  readonly #workspaceStorage: WorkspaceStorage;
  readonly #desiredState: DesiredState;
  /** Those under way. */
  #changes = 0;

  constructor(
    daemonConnection: DaemonConnection,
    workspaceStorage: WorkspaceStorage,
    desiredState: DesiredState,
  ) {
    this.#daemonConnection = daemonConnection;
    this.#workspaceStorage = workspaceStorage;
    this.#desiredState = desiredState;
  }

  /** Resolves what a tunnel means on this machine. @throws TunnelFailure */
  async resolve(tunnel: ValidTunnel): Promise<ResolvedTunnel> {
    const client = await this.#daemonConnection.client();
    const { connection, projectFolders } = this.#desiredState.settings;
    const facts = await client.resolve({
      definition: tunnel.entry.definition,
      settings: connection,
      ...(isFromWorkspace(tunnel.origin) && { project: { folders: projectFolders, allowed: [] } }),
      env: leasedEnvironment(process.env),
    });
    return { tunnel, facts };
  }

  /** What to show about a tunnel. @param facts undefined: not known yet, or can't be resolved */
  sheet(tunnel: ValidTunnel, facts: ResolvedFacts | undefined): ConsentDiff {
    return {
      name: plainText(tunnel.name),
      before: this.isAllowed(tunnel, facts) ? undefined : this.#workspaceStorage.consent(tunnel.id)?.lines,
      lines: linesOf(tunnel, facts),
    };
  }

  /** Whether the tunnel is allowed as written, and with exactly these facts if they are known. */
  isAllowed(tunnel: ValidTunnel, facts?: ResolvedFacts): boolean {
    const consent = this.#workspaceStorage.consent(tunnel.id);
    return consent?.subject === subjectOf(tunnel) && (!facts || consent.hash === facts.hash);
  }

  async allow({ tunnel, facts }: ResolvedTunnel): Promise<void> {
    await this.#workspaceStorage.setConsent(tunnel.id, {
      subject: subjectOf(tunnel),
      hash: facts.hash,
      ...(facts.socketLinks && {
        socketLinks: facts.socketLinks.map(({ path, real }) => ({ path, real })),
      }),
      lines: linesOf(tunnel, facts).map(({ text }) => text),
    });
  }

  /**
   * Carries a consent over to a tunnel that the user has changed with one of our commands. It isn't carried over if the
   * tunnel means something else on this machine now.
   * @param isHostTyped the user has typed the host, so that it may be another one
   * @throws TunnelFailure
   */
  async carryOver(
    tunnel: ValidTunnel,
    changed: ValidTunnel,
    { isHostTyped = false }: { readonly isHostTyped?: boolean } = {},
  ): Promise<void> {
    if (!this.isAllowed(tunnel)) {
      return;
    }
    const [before, after] = await Promise.all([this.resolve(tunnel), this.resolve(changed)]);
    const leadsTo = ({ facts: { hops, socketLinks } }: ResolvedTunnel): unknown => [
      isHostTyped ? undefined : hops,
      socketLinks,
    ];
    if (this.isAllowed(tunnel, before.facts) && isDeepStrictEqual(leadsTo(before), leadsTo(after))) {
      await this.allow(after);
    }
  }

  /** While a change of settings and consent is under way, a tunnel may look as if it waits for consent. */
  get isChanging(): boolean {
    return this.#changes > 0;
  }

  /** Runs a command's change of a tunnel's settings and consent: until it is done, `isChanging` is true. */
  async duringChange<T>(change: () => Promise<T>): Promise<T> {
    this.#changes++;
    try {
      return await change();
    } finally {
      this.#changes--;
    }
  }

  async revoke({ id }: ValidTunnel): Promise<void> {
    await this.#workspaceStorage.setConsent(id, undefined);
  }
}

function linesOf(tunnel: ValidTunnel, facts: ResolvedFacts | undefined): ConsentDiff['lines'] {
  return consentLines({ entry: consentedEntry(tunnel) }, facts);
}
