// Says who can connect to a forward: only programs on the machine that listens, or its whole network. It looks at the
// address that was really bound, because the server decides it for a remote forward (sshd_config(5), GatewayPorts).
import { l10n } from 'vscode';
import { isLoopback } from '../../tunnels/util/address';
import type { BoundAddress } from '../../tunnels/util/address';
import { isWideBind } from '../../tunnels/config/forward';
import type { ForwardSnapshot } from '../../tunnels/model/snapshot';

function isWide(bound: BoundAddress): boolean {
  return 'host' in bound && !isLoopback(bound.host);
}

/** Whether other machines on the network can connect to it now. */
export function isOpenToNetwork({ state }: ForwardSnapshot): boolean {
  return state.status === 'listening' && state.bound.some(isWide);
}

/** For a row. If the server doesn't say which address it bound, this assumes the one that was requested. */
export function networkWords(snapshot: ForwardSnapshot): string | undefined {
  if (!isOpenToNetwork(snapshot)) {
    return undefined;
  }
  return isUncertain(snapshot)
    ? l10n.t("may be open to the network: the server doesn't say")
    : l10n.t('open to the network');
}

/** For the row of a tunnel: all its forwards together. */
export function networkWordsOf(forwards: readonly ForwardSnapshot[]): string | undefined {
  const open = forwards.filter(isOpenToNetwork);
  if (open.length === 0) {
    return undefined;
  }
  return open.every(isUncertain) ? l10n.t('may be open to the network') : l10n.t('open to the network');
}

/** For one forward: a full sentence. */
export function networkSentence(snapshot: ForwardSnapshot): string | undefined {
  if (!isOpenToNetwork(snapshot)) {
    return undefined;
  }
  if (snapshot.forward.kind === 'remote') {
    return isUncertain(snapshot)
      ? l10n.t(
          "May be open to the network: the server doesn't say whether other machines can connect to this port on the server.",
        )
      : l10n.t('Open to the network: other machines can connect to this port on the server.');
  }
  return l10n.t('Open to the network: other machines can connect to this port on this machine.');
}

/** Only of a remote forward. */
function isUncertain({ state }: ForwardSnapshot): boolean {
  return state.status === 'listening' && state.isExposureUnknown === true;
}

/** If the server bound a wider or narrower address than requested: what it did, in brief and as a sentence. */
export function describeBindMismatch(
  snapshot: ForwardSnapshot,
): { readonly brief: string; readonly sentence: string } | undefined {
  const { forward, state } = snapshot;
  if (forward.kind !== 'remote' || state.status !== 'listening') {
    return undefined;
  }
  const isWideRequested = isWideBind(forward.listen);
  const open = isOpenToNetwork(snapshot);
  if (isWideRequested && !open) {
    return {
      brief: l10n.t("on the server's loopback only"),
      sentence: l10n.t(
        'The server opened this port on its loopback only. For a wider bind address, its sshd_config needs "GatewayPorts clientspecified".',
      ),
    };
  }
  if (open && !isWideRequested) {
    return {
      brief: l10n.t("because of the server's GatewayPorts"),
      sentence: l10n.t(
        'The server opened this port to its network, not only on its loopback: its sshd_config has "GatewayPorts yes".',
      ),
    };
  }
  return undefined;
}
