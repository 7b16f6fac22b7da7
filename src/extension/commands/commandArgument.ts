// Finds the target of a command: a row of the tree, an id, a name ("staging"), a forward or a program
// ("staging/Database"). Without an argument it asks.
import { l10n } from 'vscode';
import type { ProgramSnapshot } from '../../tunnels/model/programState';
import type { ForwardSnapshot, TunnelSnapshot } from '../../tunnels/model/snapshot';
import { quoteId } from '../../tunnels/util/shown';
import { describeForward, forwardHeading } from '../../views/words/forwardWords';
import { isCommandNode } from '../../views/tree/nodes';
import { findForward, findProgram } from '../../views/tree/rowViews';
import { describeOrigin, describeTunnel } from '../../views/words/tunnelWords';
import { activeFolder } from '../settings/folderNames';
import { splitsAtTunnels, tunnelsNamed } from '../tunnels/findTunnel';
import { pickOne } from '../ui/dialogs';

export interface Target {
  readonly tunnel: TunnelSnapshot;
  readonly forward: ForwardSnapshot | undefined;
  readonly program?: ProgramSnapshot | undefined;
}
export interface ForwardTarget extends Target {
  readonly forward: ForwardSnapshot;
}

export interface ProgramTarget extends Target {
  readonly program: ProgramSnapshot;
}

type Test<T> = (candidate: T) => boolean;

export class Targets {
  readonly #tunnels: () => readonly TunnelSnapshot[];

  constructor(tunnels: () => readonly TunnelSnapshot[]) {
    this.#tunnels = tunnels;
  }

  /**
   * @param suits which tunnels to offer if the command has no argument
   * @param none the error message if none suits
   * @returns undefined if the user cancelled
   * @throws Error if the argument names nothing, or nothing suits
   */
  async tunnel(
    argument: unknown,
    title: string,
    suits: Test<TunnelSnapshot>,
    none: string,
  ): Promise<TunnelSnapshot | undefined> {
    return (await this.tunnelOrForward(argument, title, suits, none))?.tunnel;
  }

  /** Like tunnel(), with the forward or program if the argument names one. */
  async tunnelOrForward(
    argument: unknown,
    title: string,
    suits: Test<TunnelSnapshot>,
    none: string,
  ): Promise<Target | undefined> {
    const named = await this.#named(argument, title);
    if (named !== 'nothing') {
      return named;
    }
    const candidates = this.#tunnels().filter(suits);
    if (candidates.length === 0) {
      throw new Error(none);
    }
    const tunnel = await pickTunnel(candidates, title);
    return tunnel && { tunnel, forward: undefined };
  }

  /**
   * Finds a forward. If the argument names only a tunnel, offers its suitable forwards.
   * @param none the error message if none suits
   */
  async forward(
    argument: unknown,
    title: string,
    suits: Test<ForwardSnapshot>,
    none = l10n.t('No forward is listening. Start a tunnel first.'),
  ): Promise<ForwardTarget | undefined> {
    const named = await this.#named(argument, title);
    if (named === undefined) {
      return undefined;
    }
    if (named !== 'nothing' && named.forward) {
      return { tunnel: named.tunnel, forward: named.forward };
    }
    const tunnels = named === 'nothing' ? this.#tunnels() : [named.tunnel];
    const candidates = tunnels.flatMap((tunnel) =>
      tunnel.forwards.filter(suits).map((forward) => ({ tunnel, forward })),
    );
    if (candidates.length === 0) {
      throw new Error(none);
    }
    return candidates.length === 1 ? candidates[0] : pickForward(candidates, title);
  }

  /** Finds a program that suits. @param pick asks for one of several */
  async program(
    argument: unknown,
    title: string,
    suits: Test<ProgramSnapshot>,
    pick: (candidates: readonly ProgramTarget[], title: string) => Promise<ProgramTarget | undefined>,
  ): Promise<ProgramTarget | undefined> {
    const named = await this.#named(argument, title);
    if (named === undefined) {
      return undefined;
    }
    if (named !== 'nothing' && named.program) {
      return { ...named, program: named.program };
    }
    const tunnels = named === 'nothing' ? this.#tunnels() : [named.tunnel];
    const candidates = tunnels.flatMap((tunnel) =>
      tunnel.programs.filter(suits).map((program) => ({ tunnel, forward: undefined, program })),
    );
    if (candidates.length === 0) {
      throw new Error(l10n.t('No programs are running.'));
    }
    return candidates.length === 1 ? candidates[0] : pick(candidates, title);
  }

  async #named(argument: unknown, title: string): Promise<Target | 'nothing' | undefined> {
    if (isCommandNode(argument)) {
      const tunnel = this.#tunnels().find(({ id }) => id === argument.tunnelId);
      if (!tunnel) {
        throw new Error(l10n.t('This tunnel no longer exists.'));
      }
      return {
        tunnel,
        forward: argument.kind === 'forward' ? findForward(tunnel, argument.label) : undefined,
        program: argument.kind === 'program' ? knownProgram(tunnel, argument.name) : undefined,
      };
    }
    return typeof argument === 'string' ? this.#byName(argument, title) : 'nothing';
  }

  async #byName(text: string, title: string): Promise<Target | undefined> {
    const folder = activeFolder();
    const tunnels = tunnelsNamed(text, this.#tunnels(), folder);
    if (tunnels.length > 0) {
      const tunnel = await pickTunnel(tunnels, title);
      return tunnel && { tunnel, forward: undefined };
    }
    const parts = splitsAtTunnels(text, this.#tunnels()).flatMap(([name, label]) =>
      tunnelsNamed(name, this.#tunnels(), folder).flatMap((tunnel) => {
        const target = { tunnel, forward: findForward(tunnel, label), program: findProgram(tunnel, label) };
        return target.forward || target.program ? [target] : [];
      }),
    );
    if (parts.length === 0) {
      throw new Error(l10n.t('There is no tunnel, forward or program {name}.', { name: quoteId(text) }));
    }
    return parts.length === 1 ? parts[0] : pickPart(parts, title);
  }
}

async function pickTunnel(
  candidates: readonly TunnelSnapshot[],
  title: string,
): Promise<TunnelSnapshot | undefined> {
  if (candidates.length === 1) {
    return candidates[0];
  }
  const items = candidates.map((tunnel) => ({
    label: tunnel.name,
    description: describeOrigin(tunnel),
    detail: describeTunnel(tunnel),
    tunnel,
  }));
  const picked = await pickOne(items, { title, placeHolder: l10n.t('Choose a tunnel') });
  return picked?.tunnel;
}

async function pickForward<T extends ForwardTarget>(
  candidates: readonly T[],
  title: string,
): Promise<T | undefined> {
  const items = candidates.map((target) => ({
    label: forwardHeading(target.forward),
    description: target.tunnel.name,
    detail: describeForward(target.forward),
    target,
  }));
  const picked = await pickOne(items, { title, placeHolder: l10n.t('Choose a port') });
  return picked?.target;
}

/** The row may be out of date. */
function knownProgram(tunnel: TunnelSnapshot, name: string): ProgramSnapshot {
  const program = findProgram(tunnel, name);
  if (!program) {
    throw new Error(
      l10n.t('The tunnel "{tunnel}" no longer has a program "{program}".', {
        tunnel: tunnel.name,
        program: name,
      }),
    );
  }
  return program;
}

/** Asks for one of several tunnels that have a forward or program of that name. */
async function pickPart(candidates: readonly Target[], title: string): Promise<Target | undefined> {
  const items = candidates.map((target) => ({
    label: target.tunnel.name,
    description: describeOrigin(target.tunnel),
    target,
  }));
  const picked = await pickOne(items, { title, placeHolder: l10n.t('Choose a tunnel') });
  return picked?.target;
}
