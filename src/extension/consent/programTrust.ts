// Asks before an X11 program gets trusted access to the display. It asks once for each command and server, not at all
// if the user's consent covers the program, and every time for a typed command.
import { isDeepStrictEqual } from 'node:util';
import { l10n } from 'vscode';
import type { X11Program } from '../../tunnels/config/definition';
import { formatAddress } from '../../tunnels/util/address';
import type { ResolvedFacts } from '../../tunnels/daemon/protocol/protocol';
import { describeHop, describeWay, exactText, quotedName, titleServer } from '../../views/words/exactText';
import { plainText } from '../../views/words/format';
import type { ValidTunnel } from '../settings/configuredTunnel';
import type { Consents } from './consents';
import type { WorkspaceStorage } from '../tunnels/workspaceStorage';
import type { Permission } from '../tunnels/startPolicy';
import { confirm } from '../ui/dialogs';

export interface ProgramTrustOptions {
  readonly consents: Pick<Consents, 'resolve'>;
  readonly workspaceStorage: Pick<WorkspaceStorage, 'isTrusted' | 'setTrusted'>;
  readonly permission: (tunnel: ValidTunnel) => Permission;
  /** The machine with the display, if it isn't the desktop. */
  readonly where: string | undefined;
}

export class ProgramTrust {
  readonly #options: ProgramTrustOptions;

  constructor(options: ProgramTrustOptions) {
    this.#options = options;
  }

  /** @returns whether the program may run @throws TunnelFailure if its server can't be resolved */
  async allows(tunnel: ValidTunnel, program: X11Program): Promise<boolean> {
    const permission = this.#options.permission(tunnel);
    // Without permission for the tunnel nothing runs, so nothing is resolved either.
    if (!program.trusted || program.nested !== undefined || !permission.granted) {
      return true;
    }
    const isTyped = !tunnel.entry.definition.x11Programs.some((each) => isDeepStrictEqual(each, program));
    if (!isTyped && permission.consent !== undefined) {
      return true;
    }
    const { workspaceStorage, consents } = this.#options;
    const { facts } = await consents.resolve(tunnel);
    const subject = JSON.stringify([facts.hops.map(keyOfHop), program.command]);
    if (!isTyped && workspaceStorage.isTrusted(subject)) {
      return true;
    }
    const isAllowed = await this.#ask(program, facts, isTyped);
    if (isAllowed && !isTyped) {
      await workspaceStorage.setTrusted(subject);
    }
    return isAllowed;
  }

  async #ask(program: X11Program, { hops }: ResolvedFacts, isTyped: boolean): Promise<boolean> {
    const { where } = this.#options;
    const yes = l10n.t('Trust and Run');
    const answer = await confirm(
      l10n.t('{host}: trust {program} with your display?', {
        host: titleServer(hops),
        program: quotedName(program.name),
      }),
      [
        l10n.t('Server: {route}', { route: describeWay(hops.map(describeHop)) }),
        l10n.t('Command on the server: {command}', { command: exactText(program.command) }),
        ...(where === undefined ? [] : [l10n.t('Display: {machine}', { machine: plainText(where) })]),
        '',
        l10n.t(
          'A trusted program (as with ssh -Y) can read what you type in any window of that display, and see and control those windows. So can anyone who controls the server.',
        ),
        '',
        isTyped
          ? l10n.t(
              "An untrusted program can do none of that. You are asked every time, because this program isn't in your settings.",
            )
          : l10n.t(
              'Without "trusted" it can do none of that. You won\'t be asked again for this command on this server.',
            ),
      ].join('\n'),
      yes,
    );
    return answer === yes;
  }
}

/** Is stored: never shown. */
function keyOfHop({ user, hostName, port }: ResolvedFacts['hops'][number]): string {
  return `${user}@${formatAddress({ host: hostName, port })}`;
}
