// The lines of a consent question: the route to the server, each port, program and variable of the tunnel, and the risks.
import { l10n } from 'vscode';
import type { ResolvedFacts, ResolvedLink } from '../../tunnels/daemon/protocol/protocol';
import { isForPrograms } from '../../tunnels/config/definition';
import type { AutoStart, TunnelDefinition, TunnelEntry, X11Program } from '../../tunnels/config/definition';
import { formatListen, forwardTarget, isWideBind } from '../../tunnels/config/forward';
import type { Forward, IfPortBusy, Listen } from '../../tunnels/config/forward';
import type { Origin } from '../../tunnels/model/snapshot';
import { hideInProxyCommand } from '../../tunnels/util/shown';
import type { ConsentLine } from '../webview/pageData';
import {
  describeDestination,
  describeHop,
  describeWay,
  exactButHidden,
  exactText,
  quotedName,
  shownAddress,
  shownHost,
} from '../words/exactText';
import { formatList } from '../words/format';

export interface ConsentRequest {
  readonly name: string;
  readonly origin: Origin;
  readonly entry: TunnelEntry;
}

export function consentNotice(): string {
  return l10n.t(
    "You'll be asked again if any of this changes. Your own keys and passwords are used to sign in; the project never sees them.",
  );
}

/** For a notification. @param resolved the tunnels as your SSH config resolves them, in the same order; undefined: not known */
export function describeConsentRequests(
  requests: readonly ConsentRequest[],
  resolved: readonly (ResolvedFacts | undefined)[] = [],
): string {
  const count = requests.length;
  const tunnels = requests.map((request, index) => summarize(request, resolved[index])).join('; ');
  if (requests.every(({ origin }) => origin === 'user')) {
    return count === 1
      ? l10n.t('Your settings want to open 1 SSH tunnel: {tunnel}.', { tunnel: tunnels })
      : l10n.t('Your settings want to open {count} SSH tunnels: {tunnels}.', { count, tunnels });
  }
  return count === 1
    ? l10n.t('This project wants to open 1 SSH tunnel: {tunnel}.', { tunnel: tunnels })
    : l10n.t('This project wants to open {count} SSH tunnels: {tunnels}.', { count, tunnels });
}

/** `bastion.example.org:22 as me ("staging": ports 5432, 6379, and a free port)`. */
function summarize(
  { name: tunnelName, entry: { definition } }: ConsentRequest,
  facts: ResolvedFacts | undefined,
): string {
  const { forwards } = definition;
  const ports = forwards.filter(isLocalPort).map(({ listen }) => formatListen(listen));
  const others = [
    ...forwards.filter((forward) => !isLocalPort(forward)).map(summarizeForward),
    ...programNames(definition),
  ];
  const parts = [...describePorts(ports, others.length === 0), ...others];
  const hop = facts?.hops.at(-1);
  const server = hop ? describeHop(hop) : describeDestination(definition.destination);
  const name = quotedName(tunnelName);
  return parts.length === 0
    ? l10n.t('{server} ({name})', { name, server })
    : l10n.t('{server} ({name}: {parts})', { name, parts: formatList(parts), server });
}

/** Whether the forward listens on a given port of this machine's loopback. */
function isLocalPort({ kind, listen }: Forward): boolean {
  return kind !== 'remote' && /^[1-9]\d*$/.test(formatListen(listen));
}

/** @param isAll whether nothing follows */
function describePorts(ports: readonly string[], isAll: boolean): string[] {
  const [port] = ports;
  if (port === undefined) {
    return [];
  }
  return ports.length === 1
    ? [l10n.t('port {port}', { port })]
    : [l10n.t('ports {ports}', { ports: isAll ? formatList(ports) : ports.join(', ') })];
}

function summarizeForward({ kind, listen }: Forward): string {
  const isFree = formatListen(listen) === '0';
  if (kind !== 'remote') {
    return isFree ? l10n.t('a free port') : describeListen(listen);
  }
  return isFree
    ? l10n.t('a free port on the server')
    : l10n.t('{address} on the server', { address: describeListen(listen) });
}

function programNames({ x11Programs }: TunnelDefinition): string[] {
  return x11Programs.map(({ name }) => l10n.t('the program {program}', { program: quotedName(name) }));
}

/** All lines of one tunnel. @param facts the tunnel as your SSH config resolves it; undefined: not known */
export function consentLines(
  { entry }: Pick<ConsentRequest, 'entry'>,
  facts: ResolvedFacts | undefined,
): ConsentLine[] {
  const { definition, autoStart } = entry;
  return [
    ...(facts ? resolvedRoute(facts) : [{ text: configuredRoute(definition) }]),
    ...definition.forwards.map((forward) => forwardLine(forward, facts?.socketLinks ?? [])),
    ...definition.x11Programs.map(programLine),
    ...optionLines(definition),
    { text: describeStart(definition, autoStart) },
  ];
}

function resolvedRoute({ hops }: ResolvedFacts): ConsentLine[] {
  const command = hops.find(({ proxyCommand }) => proxyCommand !== undefined)?.proxyCommand;
  return [
    { text: describeWay(hops.map(describeHop)) },
    ...(command === undefined
      ? []
      : [
          {
            text: exactButHidden(hideInProxyCommand(command)),
            risk: l10n.t('a command from your own SSH config, run on this machine'),
          },
        ]),
  ];
}

function configuredRoute({ destination, proxyJump }: TunnelDefinition): string {
  const hops = [...(proxyJump ?? []), destination];
  return describeWay(hops.map(describeDestination));
}

function forwardLine(forward: Forward, links: readonly ResolvedLink[]): ConsentLine {
  const local = forward.kind === 'remote' ? forward.target : forward.listen;
  const link = local && 'path' in local ? links.find(({ path }) => path === local.path) : undefined;
  const risks = [
    ...(link?.leavesProject === true ? [l10n.t('a symbolic link of the project leads out of it')] : []),
    ...forwardRisks(forward),
  ];
  const risk = risks.join('; ');
  const text = consentForward(forward);
  return {
    text: link
      ? l10n.t('{route}; {path} leads to {real}', {
          route: text,
          path: shownAddress({ path: link.path }),
          real: shownAddress({ path: link.real }),
        })
      : text,
    ...(risk === '' ? {} : { risk }),
  };
}

/** `port 5432 → db.internal:5432, as DB_PORT`. */
function consentForward(forward: Forward): string {
  const route = consentRoute(forward);
  return forward.env === undefined
    ? route
    : l10n.t('{route}, as {variable}', { route, variable: forward.env });
}

function consentRoute(forward: Forward): string {
  const address = forwardTarget(forward);
  const target = address ? shownAddress(address) : l10n.t('SOCKS proxy');
  const listen = listenIfBusy(describeListen(forward.listen), forward.ifPortBusy);
  return forward.kind === 'remote'
    ? l10n.t('on the server: {listen} → {target} via this machine', { listen, target })
    : `${listen} → ${target}`;
}

function listenIfBusy(listen: string, ifPortBusy: IfPortBusy): string {
  switch (ifPortBusy) {
    case 'fail':
      return listen;
    case 'next':
      return l10n.t('{listen}, or the next free port', { listen });
    case 'ask':
      return l10n.t('{listen}, or a port you choose', { listen });
  }
}

function forwardRisks(forward: Forward): string[] {
  const target = forwardTarget(forward);
  const risks = [forward.kind === 'remote' ? remoteRisk(forward) : localRisk(forward)];
  if (target && 'path' in target) {
    risks.push(l10n.t("a socket: access to Docker's, for example, means root access"));
  } else if ('path' in forward.listen) {
    risks.push(l10n.t('creates a file'));
  }
  if (forward.env !== undefined) {
    risks.push(l10n.t('sets {variable} in terminals', { variable: forward.env }));
  }
  return risks.filter((risk) => risk !== undefined);
}

function localRisk({ kind, listen }: Forward): string | undefined {
  const isWide = isWideBind(listen);
  if (kind === 'dynamic') {
    return isWide
      ? l10n.t('other machines on your network can reach whatever the server can')
      : l10n.t('programs on this machine can reach whatever the server can');
  }
  return isWide ? l10n.t('open to the network') : undefined;
}

function remoteRisk(forward: Forward): string {
  if (forwardTarget(forward) === undefined) {
    return isWideBind(forward.listen)
      ? l10n.t("the server's whole network can reach whatever this machine can")
      : l10n.t("the server's users can reach whatever this machine can");
  }
  return isWideBind(forward.listen)
    ? l10n.t("the server's whole network can connect to it")
    : l10n.t("the server's users can connect to it");
}

function programLine(program: X11Program): ConsentLine {
  return {
    text: consentProgram(program),
    risk:
      program.trusted && program.nested === undefined
        ? l10n.t('it can read what you type in any window of your display, and see and control those windows')
        : l10n.t('a program on the server shows windows on your display'),
  };
}

function consentProgram(program: X11Program): string {
  const values = { name: quotedName(program.name), command: exactText(program.command) };
  if (program.nested === undefined) {
    return program.trusted
      ? l10n.t('runs on the server, as {name}, trusted with your display: {command}', values)
      : l10n.t('runs on the server, as {name}: {command}', values);
  }
  const inWindow = { ...values, size: program.nested };
  return program.trusted
    ? l10n.t(
        'runs on the server, as {name}, in its own {size} window, trusted in that window: {command}',
        inWindow,
      )
    : l10n.t('runs on the server, as {name}, in its own {size} window: {command}', inWindow);
}

function optionLines({
  options: { compression, exitOnForwardFailure },
  reconnect,
}: TunnelDefinition): ConsentLine[] {
  const texts = [
    compression !== undefined && (compression ? l10n.t('compressed') : l10n.t('not compressed')),
    exitOnForwardFailure !== undefined &&
      (exitOnForwardFailure ? l10n.t('all forwards or none') : l10n.t('as many forwards as possible')),
    !reconnect && l10n.t("doesn't reconnect"),
  ];
  return texts.filter((text) => text !== false).map((text) => ({ text }));
}

function describeStart(definition: TunnelDefinition, autoStart: AutoStart): string {
  if (isForPrograms(definition)) {
    return l10n.t('connects when you run a program');
  }
  switch (autoStart) {
    case true:
      return l10n.t('starts when the folder opens');
    case false:
      return l10n.t('starts only when you start it');
    case 'onConnect':
      return l10n.t('connects on first use');
  }
}

function describeListen(listen: Listen): string {
  const text = formatListen(listen);
  if (text === '0') {
    return l10n.t('any free port');
  }
  if ('path' in listen) {
    return shownAddress(listen);
  }
  return /^\d+$/.test(text) ? l10n.t('port {port}', { port: text }) : shownHost(text);
}
