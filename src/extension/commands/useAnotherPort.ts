// Use Another Port…: moves a forward that could not open its port to a free one, for this user or for everyone.
import { commands, l10n } from 'vscode';
import { localize } from '../../tunnels/util/l10n';
import type { TcpListen } from '../../tunnels/config/forward';
import { portHints } from '../../tunnels/config/portHints';
import type { PortFacts } from '../../tunnels/config/portHints';
import { forwardNode } from '../../views/tree/nodes';
import { plainText } from '../../views/words/format';
import type { ValidTunnel } from '../settings/configuredTunnel';
import { commandIds } from '../contributions';
import { isFree, suggestInstead } from '../settings/freePorts';
import { changePort } from '../settings/changePort';
import type { PortChange } from '../settings/changePort';
import type { ChangeParts } from '../settings/changeEntry';
import { offerUndo, pickOne, showInput } from '../ui/dialogs';
import type { DesiredState } from '../tunnels/desiredState';
import type { CommandTable } from './register';
import type { Targets } from './commandArgument';

export interface AnotherPortParts extends ChangeParts {
  readonly targets: Targets;
  readonly ports: PortFacts;
}

export function anotherPortCommands({ targets, ports, ...parts }: AnotherPortParts): CommandTable {
  const { desiredState } = parts;
  return {
    [commandIds.useAnotherPort]: async (argument) => {
      const target = await targets.forward(
        argument,
        l10n.t('Use Another Port'),
        ({ state }) => state.status === 'failed',
        l10n.t('No forward failed to open its port.'),
      );
      if (!target) {
        return;
      }
      const tunnel = desiredState.get(target.tunnel.id);
      const { label, listen, kind } = target.forward.forward;
      if (tunnel.origin === 'sshConfig') {
        throw new Error(l10n.t('Use Another Port works only for ports from your settings.'));
      }
      // Nothing tells which port would be better: the user types it.
      if (kind === 'remote' || !('port' in listen) || target.forward.state.status !== 'failed') {
        await commands.executeCommand(commandIds.edit, forwardNode(tunnel.id, label));
        return;
      }
      const port = await askPort(tunnel, label, listen, otherPorts(desiredState, tunnel, label), ports);
      const where = port === undefined ? undefined : await askWhere(tunnel, label);
      if (port === undefined || where === undefined) {
        return;
      }
      const undo = await changePort(parts, { tunnel, label, listen: { bind: listen.bind, port }, where });
      const names = { forward: label, tunnel: plainText(tunnel.name), port };
      const done =
        where === 'override'
          ? l10n.t('"{forward}" of "{tunnel}" now listens on port {port}, only for you.', names)
          : l10n.t('"{forward}" of "{tunnel}" now listens on port {port}.', names);
      void offerUndo(done, undo);
    },
  };
}

/** A forward that has a port. */
interface PortOwner {
  readonly forward: string;
  readonly tunnel: string;
}

/** The fixed ports of this window's other forwards. */
function otherPorts(
  desiredState: DesiredState,
  tunnel: ValidTunnel,
  label: string,
): ReadonlyMap<number, PortOwner> {
  return new Map(
    desiredState.usable.flatMap(({ id, name, entry }) =>
      entry.definition.forwards.flatMap((forward) => {
        const isItself = id === tunnel.id && forward.label === label;
        const { kind, listen } = forward;
        return kind === 'remote' || isItself || !('port' in listen) || listen.port === 0
          ? []
          : [[listen.port, { forward: forward.label, tunnel: name }] as const];
      }),
    ),
  );
}

async function askPort(
  tunnel: ValidTunnel,
  label: string,
  { bind, port: old }: TcpListen,
  taken: ReadonlyMap<number, PortOwner>,
  ports: PortFacts,
): Promise<number | undefined> {
  const suggested = await suggestInstead({ bind, port: old }, ports, new Set(taken.keys()));
  const answer = await showInput({
    title: l10n.t('Use Another Port: "{forward}" of "{tunnel}"', {
      forward: label,
      tunnel: plainText(tunnel.name),
    }),
    prompt: l10n.t('Local port to use instead of {port}', { port: old }),
    value: suggested === undefined ? '' : String(suggested),
    validate: async (text) => {
      const port = readPort(text);
      if (port === undefined) {
        return l10n.t('Enter a port from 1 to 65535.');
      }
      const owner = taken.get(port);
      if (owner !== undefined) {
        return l10n.t('Port {port} belongs to "{forward}" of "{tunnel}".', {
          port,
          forward: owner.forward,
          tunnel: owner.tunnel,
        });
      }
      const listen = { bind, port };
      const [found] = portHints({ kind: 'dynamic', listen, label, ifPortBusy: 'fail' }, ports);
      const hint = found && localize(found, l10n);
      if (!(await isFree(listen))) {
        return hint ?? l10n.t('Port {port} is in use.', { port });
      }
      return hint === undefined ? undefined : { hint };
    },
  });
  return answer === undefined ? undefined : readPort(answer);
}

function readPort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** Doesn't ask for a user's own tunnel, nor for a port that is already overridden. */
async function askWhere(
  { origin, override, projectEntry, entry, name }: ValidTunnel,
  label: string,
): Promise<PortChange['where'] | undefined> {
  if (origin === 'user') {
    return 'setting';
  }
  const listenOf = (of: typeof entry | undefined): string =>
    JSON.stringify(of?.definition.forwards.find((forward) => forward.label === label)?.listen);
  if (override && listenOf(projectEntry) !== listenOf(entry)) {
    return 'override';
  }
  const picked = await pickOne(
    [
      {
        label: l10n.t('Only for me'),
        detail: l10n.t("sshTunnels.overrides in your user settings. The project's settings don't change."),
        where: 'override' as const,
      },
      {
        label: l10n.t("In the project's settings"),
        detail: l10n.t('sshTunnels.tunnels, "{tunnel}". Shared with everyone who works on it.', {
          tunnel: name,
        }),
        where: 'setting' as const,
      },
    ],
    {
      title: l10n.t('Use Another Port'),
      placeHolder: l10n.t('Where to save the port'),
      ignoreFocusOut: true,
    },
  );
  return picked?.where;
}
