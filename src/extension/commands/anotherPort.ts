// Use Another Port…: moves a forward that could not open its port to a free one, for this user or for everyone.
import { l10n } from 'vscode';
import { localize } from '../../tunnels/util/l10n';
import type { TcpListen } from '../../tunnels/config/forward';
import { portHints } from '../../tunnels/config/portHints';
import type { PortFacts } from '../../tunnels/config/portHints';
import type { UsableTunnel } from '../settings/configuredTunnel';
import { commandIds } from '../contributions';
import { isFree, nextFreePort } from '../settings/freePorts';
import { changePort } from '../settings/changePort';
import type { PortChange, PortChangeParts } from '../settings/changePort';
import { pickOne, showInput } from '../ui/dialogs';
import type { DesiredState } from '../tunnels/desiredState';
import { quoted } from './lifecycle';
import type { CommandTable } from './register';
import type { Targets } from './target';
import { offerUndo } from './undo';

const title = 'Use Another Port';
/** Added to a privileged port to get the usual unprivileged one: 8080 for 80. */
const unprivilegedOffset = 8000;

export interface AnotherPortParts extends PortChangeParts {
  readonly targets: Targets;
  readonly ports: PortFacts;
}

export function anotherPortCommands({ targets, ports, ...parts }: AnotherPortParts): CommandTable {
  const { desiredState } = parts;
  return {
    [commandIds.useAnotherPort]: async (argument) => {
      const target = await targets.forward(
        argument,
        title,
        ({ state }) => state.status === 'failed',
        'No forward failed to open its port.',
      );
      if (!target) {
        return;
      }
      const tunnel = desiredState.get(target.tunnel.id);
      const { label, listen, kind } = target.forward.forward;
      if (tunnel.origin === 'sshConfig' || kind === 'remote' || !('port' in listen)) {
        throw new Error(`${title} works only for local ports from your settings.`);
      }
      const port = await askPort(tunnel, label, listen, otherPorts(desiredState, tunnel, label), ports);
      const where = port === undefined ? undefined : await askWhere(tunnel, label);
      if (port === undefined || where === undefined) {
        return;
      }
      const undo = await changePort(parts, { tunnel, label, listen: { bind: listen.bind, port }, where });
      const forWhom = where === 'override' ? ', only for you' : '';
      void offerUndo(`"${label}" of ${quoted(tunnel)} now listens on port ${port}${forWhom}.`, undo);
    },
  };
}

/** The fixed ports of this window's other forwards, each with its forward's name. */
function otherPorts(
  desiredState: DesiredState,
  tunnel: UsableTunnel,
  label: string,
): ReadonlyMap<number, string> {
  return new Map(
    desiredState.usable.flatMap(({ id, name, entry }) =>
      entry.definition.forwards.flatMap((forward) => {
        const isItself = id === tunnel.id && forward.label === label;
        const { kind, listen } = forward;
        return kind === 'remote' || isItself || !('port' in listen) || listen.port === 0
          ? []
          : [[listen.port, `"${forward.label}" of "${name}"`] as const];
      }),
    ),
  );
}

async function askPort(
  tunnel: UsableTunnel,
  label: string,
  { bind, port: old }: TcpListen,
  taken: ReadonlyMap<number, string>,
  ports: PortFacts,
): Promise<number | undefined> {
  const from = old < ports.unprivilegedFrom ? old + unprivilegedOffset : old + 1;
  const suggested = await nextFreePort({ bind, port: from }, new Set(taken.keys()));
  const answer = await showInput({
    title: `${title}: "${label}" of ${quoted(tunnel)}`,
    prompt: `Local port to use instead of ${old}`,
    value: suggested === undefined ? '' : String(suggested),
    validate: async (text) => {
      const port = readPort(text);
      if (port === undefined) {
        return 'Enter a port from 1 to 65535.';
      }
      const owner = taken.get(port);
      if (owner !== undefined) {
        return `Port ${port} belongs to ${owner}.`;
      }
      const listen = { bind, port };
      const [found] = portHints({ kind: 'dynamic', listen, label, ifPortBusy: 'fail' }, ports);
      const hint = found && localize(found, l10n);
      if (!(await isFree(listen))) {
        return hint ?? `Port ${port} is in use.`;
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
  { origin, override, projectEntry, entry, name }: UsableTunnel,
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
        label: 'Only for me',
        detail: "sshTunnels.overrides in your user settings. The project's settings don't change.",
        where: 'override' as const,
      },
      {
        label: "In the project's settings",
        detail: `sshTunnels.tunnels, "${name}". Shared with everyone who works on it.`,
        where: 'setting' as const,
      },
    ],
    { title, placeHolder: 'Where to save the port', ignoreFocusOut: true },
  );
  return picked?.where;
}
