// What the windows that lease a tunnel allow it: the hosts that it resolves to, and where its socket paths lead.
import type { TunnelDefinition } from '../../config/definition';
import { localSocketPaths } from '../../config/socketPaths';
import { consentNeeded, socketMoved } from '../../errors/consent';
import { TunnelFailure } from '../../errors/errors';
import { NeedsAnswer } from '../../ssh/auth/prompter';
import type { EffectiveHost } from '../../ssh/config/effectiveHost';
import type { RealPath } from '../../util/files/realPath';
import type { LeasedTunnel } from '../protocol/protocol';
import { consentFacts, followSocketPath, leavesProject } from '../tunnel/consentFacts';
import type { TunnelPermissions } from '../tunnel/tunnelServices';
import type { WindowLease } from './leases';

export class TunnelConsent implements TunnelPermissions {
  readonly #name: string;
  readonly #leases: ReadonlySet<WindowLease>;

  /** @param leases those of the moment */
  constructor(name: string, leases: ReadonlySet<WindowLease>) {
    this.#name = name;
    this.#leases = leases;
  }

  get followsLinks(): boolean {
    return this.#deciding.some(({ project }) => project === undefined);
  }

  async check(path: string, found: RealPath): Promise<void> {
    const deciding = this.#deciding;
    for (const leased of deciding) {
      if (await permits(leased, path, found)) {
        return;
      }
    }
    const asked = deciding.find(({ consent }) => consent !== undefined);
    const allowed = asked && allowedPath(asked, path);
    throw new TunnelFailure(socketMoved(this.#name, { path, allowed, real: found.real }));
  }

  async checkSockets(definition: TunnelDefinition): Promise<void> {
    for (const path of this.followsLinks ? [] : localSocketPaths(definition)) {
      const found = await followSocketPath(path);
      await this.check(path, found).catch((error: unknown) => {
        throw error instanceof TunnelFailure ? new NeedsAnswer('consent', error.error) : error;
      });
    }
  }

  async checkHops(hops: readonly EffectiveHost[]): Promise<void> {
    for (const leased of this.#wanting) {
      const { consent } = leased;
      if (consent === undefined || (await consentFacts(leased, hops)).hash === consent) {
        return;
      }
    }
    throw new NeedsAnswer('consent', consentNeeded(this.#name, 'changed'));
  }

  get #wanting(): readonly LeasedTunnel[] {
    return [...this.#leases].filter(({ want }) => want).map(({ leased }) => leased);
  }

  /** Those of the windows that want it; of all, while none does. */
  get #deciding(): readonly LeasedTunnel[] {
    const wanting = this.#wanting;
    return wanting.length > 0 ? wanting : [...this.#leases].map(({ leased }) => leased);
  }
}

async function permits(leased: LeasedTunnel, path: string, found: RealPath): Promise<boolean> {
  const { consent, project } = leased;
  if (!project || found.real === allowedPath(leased, path)) {
    return true;
  }
  // The user has waived the question: then links must not lead out of the project.
  return consent === undefined && !(await leavesProject(found, project.folders));
}

function allowedPath({ project }: LeasedTunnel, path: string): string {
  return project?.allowed.find((allowed) => allowed.path === path)?.real ?? path;
}
