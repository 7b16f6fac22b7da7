// What an error says besides its own words, where a ControlMaster of ssh is logged in to the host: ssh would have used it.
import { forwardArguments } from '../../config/commandLine/formatCommandLine';
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { here } from '../explanation';
import type { Circumstances, Step } from '../explanation';
import { aliasOf, sshArguments, word } from '../shellCommands';

export interface ControlMaster {
  /** The alias of the host that it is logged in to. */
  readonly host: string;
  /** Its ControlPath. */
  readonly path: string;
  /** The host is a jump host of the tunnel. */
  readonly isJumpHost?: true;
}

export interface WithControlMaster {
  readonly controlMaster?: ControlMaster;
}

export function controlMasterDetail({ host, path }: ControlMaster, l10n: Localizer): string {
  return l10n.t(
    'ssh is signed in to {host} through its ControlMaster at {path}, which SSH Tunnels does not use.',
    { host, path },
  );
}

/** What works until the tunnel can sign in. */
export function controlMasterNextStep({ path, isJumpHost }: ControlMaster, l10n: Localizer): string {
  return isJumpHost
    ? l10n.t(
        'ssh gets in through its ControlMaster at {path}: go through it with "ProxyCommand ssh -W" in place of ProxyJump, or set up another way to sign in.',
        { path },
      )
    : l10n.t(
        'ssh gets in through its ControlMaster at {path}: open the forwards with "ssh -O forward", or set up another way to sign in.',
        { path },
      );
}

export function controlMasterStep(
  { host, path, isJumpHost }: ControlMaster,
  circumstances: Circumstances,
  l10n: Localizer,
): Step {
  const { platform, forwards = [] } = circumstances;
  if (isJumpHost) {
    return here(
      l10n.t(
        'ssh is signed in to the jump host {host} through its ControlMaster. Write this to your SSH config in place of ProxyJump, and remove "proxyJump" from the tunnel:',
        { host },
      ),
      untranslated`Host ${aliasOf(circumstances, 'HOST')}\n    ProxyCommand ssh -W '[%h]:%p' ${word(host, platform)}`,
    );
  }
  const given = forwardArguments(forwards);
  const options = given.length === 0 ? untranslated`-L PORT:TARGET:PORT` : given.join(' ');
  return here(
    l10n.t(
      'ssh is signed in to {host} through its ControlMaster. It can open the forwards of this tunnel, without signing in again:',
      { host },
    ),
    untranslated`ssh -S ${word(path, platform)} -O forward ${options} ${sshArguments(circumstances, host)}`,
  );
}
