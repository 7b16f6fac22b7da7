// The lines of a consent question: the route to the server, each port, program and variable of the tunnel, and the risks.
import type { ResolvedFacts } from '../../tunnels/daemon/protocol/protocol';
import { formatAddress } from '../../tunnels/util/address';
import { isForPrograms } from '../../tunnels/config/definition';
import type { AutoStart, TunnelDefinition, TunnelEntry, X11Program } from '../../tunnels/config/definition';
import { formatListen, forwardTarget, isWideBind } from '../../tunnels/config/forward';
import type { Forward, IfPortBusy, Listen } from '../../tunnels/config/forward';
import { formatDestination } from '../../tunnels/config/definition';
import type { Origin } from '../../tunnels/model/snapshot';
import { formatCount, plainText, fullPlainText } from '../words/format';

export interface ConsentRequest {
  readonly name: string;
  readonly origin: Origin;
  readonly entry: TunnelEntry;
}

export interface ConsentLine {
  readonly text: string;
  readonly risk?: string;
}

export const consentNotice =
  "You'll be asked again if any of this changes. Your own keys and passwords are used to sign in; the project never sees them.";

/** For a notification. @param resolved the tunnels as your SSH config resolves them, in the same order; undefined: not known */
export function describeConsentRequests(
  requests: readonly ConsentRequest[],
  resolved: readonly (ResolvedFacts | undefined)[] = [],
): string {
  const who = requests.every(({ origin }) => origin === 'user') ? 'Your settings want' : 'This project wants';
  const what = formatCount(requests.length, 'SSH tunnel');
  return `${who} to open ${what}: ${requests.map((request, index) => summarize(request, resolved[index])).join('; ')}.`;
}

/** `"staging": ports 5432, 6379 and a free port, via me@bastion.example.org:22`. */
function summarize(
  { name, entry: { definition } }: ConsentRequest,
  facts: ResolvedFacts | undefined,
): string {
  const { forwards } = definition;
  const ports = forwards.filter(isLocalPort).map(({ listen }) => formatListen(listen));
  const others = forwards
    .filter((forward) => !isLocalPort(forward))
    .map(({ kind, listen }) => {
      const text = describeListen(listen).replace(/^any /, 'a ');
      return kind === 'remote' ? `${text} on the server` : text;
    });
  const noun = ports.length === 0 ? '' : ports.length === 1 ? 'port ' : 'ports ';
  const what = `${noun}${enumerate([...ports, ...others, ...programNames(definition)])}`;
  const hop = facts?.hops.at(-1);
  const server = hop ? describeHop(hop) : plainText(formatDestination(definition));
  return `"${plainText(name)}": ${what === '' ? '' : `${what}, `}via ${server}`;
}

/** Whether the forward listens on a given port of this machine's loopback. */
function isLocalPort({ kind, listen }: Forward): boolean {
  return kind !== 'remote' && /^[1-9]\d*$/.test(formatListen(listen));
}

/** `a, b and c`. */
function enumerate(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${last}` : last;
}

function programNames({ x11Programs }: TunnelDefinition): string[] {
  return x11Programs.map(({ name }) => `the program "${plainText(name)}"`);
}

/** All lines of one tunnel. @param facts the tunnel as your SSH config resolves it; undefined: not known */
export function consentLines(
  { entry }: Pick<ConsentRequest, 'entry'>,
  facts: ResolvedFacts | undefined,
): ConsentLine[] {
  const { definition, autoStart } = entry;
  return [
    ...(facts ? resolvedRoute(facts) : [{ text: configuredRoute(definition) }]),
    ...definition.forwards.map(forwardLine),
    ...definition.x11Programs.map(programLine),
    ...optionLines(definition),
    { text: describeStart(definition, autoStart) },
  ];
}

function resolvedRoute({ hops }: ResolvedFacts): ConsentLine[] {
  const command = hops.find(({ proxyCommand }) => proxyCommand !== undefined)?.proxyCommand;
  return [
    { text: hops.map(describeHop).join(' → ') },
    ...(command === undefined
      ? []
      : [{ text: fullPlainText(command), risk: 'a command from your own ssh_config, run on this machine' }]),
  ];
}

function describeHop({ user, hostName, port }: ResolvedFacts['hops'][number]): string {
  return fullPlainText(`${user}@${formatAddress({ host: hostName, port })}`);
}

function configuredRoute({ destination, proxyJump }: TunnelDefinition): string {
  const hops = [...(proxyJump ?? []), destination];
  return hops.map((hop) => fullPlainText(formatDestination({ destination: hop }))).join(' → ');
}

function forwardLine(forward: Forward): ConsentLine {
  const risk = forwardRisks(forward).join('; ');
  return { text: describeForward(forward), ...(risk === '' ? {} : { risk }) };
}

/** `port 5432 → db.internal:5432, as DB_PORT`. */
function describeForward(forward: Forward): string {
  const target = forwardTarget(forward);
  const where = forward.kind === 'remote' ? 'on the server: ' : '';
  const via = forward.kind === 'remote' ? ' via this machine' : '';
  const to = target ? fullPlainText(formatAddress(target)) : 'SOCKS proxy';
  const env = forward.env === undefined ? '' : `, as ${forward.env}`;
  const ifBusy = ifPortBusyTexts[forward.ifPortBusy];
  return `${where}${describeListen(forward.listen)}${ifBusy} → ${to}${via}${env}`;
}

const ifPortBusyTexts: Readonly<Record<IfPortBusy, string>> = {
  fail: '',
  next: ', or the next free port',
  ask: ', or a port you choose',
};

function forwardRisks(forward: Forward): string[] {
  const target = forwardTarget(forward);
  const risks = [forward.kind === 'remote' ? remoteRisk(forward) : localRisk(forward)];
  if (target && 'path' in target) {
    risks.push("a socket: access to Docker's, for example, means root access");
  } else if ('path' in forward.listen) {
    risks.push('creates a file');
  }
  if (forward.env !== undefined) {
    risks.push(`sets ${forward.env} in terminals`);
  }
  return risks.filter((risk) => risk !== undefined);
}

function localRisk({ kind, listen }: Forward): string | undefined {
  const isWide = isWideBind(listen);
  if (kind === 'dynamic') {
    const who = isWide ? 'other machines on your network' : 'programs on this machine';
    return `${who} can reach whatever the server can`;
  }
  return isWide ? 'open to the network' : undefined;
}

function remoteRisk(forward: Forward): string {
  const who = isWideBind(forward.listen) ? "the server's whole network" : "the server's users";
  return forwardTarget(forward) === undefined
    ? `${who} can reach whatever this machine can`
    : `${who} can connect to it`;
}

/** The risk of a program that is trusted with the display itself. */
const trustedRisk =
  'it can read what you type in any window of your display, and see and control those windows';

function programLine({ name, command, nested, trusted }: X11Program): ConsentLine {
  const where = nested === undefined ? '' : `, in its own ${nested} window`;
  const trust = trusted ? `, trusted ${nested === undefined ? 'with your display' : 'in that window'}` : '';
  return {
    text: `runs on the server, as "${plainText(name)}"${where}${trust}: ${fullPlainText(command)}`,
    risk:
      trusted && nested === undefined ? trustedRisk : 'a program on the server shows windows on your display',
  };
}

function optionLines({
  options: { compression, exitOnForwardFailure },
  reconnect,
}: TunnelDefinition): ConsentLine[] {
  return [
    ...(compression === undefined ? [] : [{ text: compression ? 'compressed' : 'not compressed' }]),
    ...(exitOnForwardFailure === undefined
      ? []
      : [{ text: exitOnForwardFailure ? 'all forwards or none' : 'as many forwards as possible' }]),
    ...(reconnect ? [] : [{ text: "doesn't reconnect" }]),
  ];
}

function describeStart(definition: TunnelDefinition, autoStart: AutoStart): string {
  return isForPrograms(definition)
    ? 'connects when you run a program'
    : autoStartTexts[String(autoStart) as `${AutoStart}`];
}

const autoStartTexts: Readonly<Record<`${AutoStart}`, string>> = {
  true: 'starts when the folder opens',
  false: 'starts only when you start it',
  onConnect: 'connects on first use',
};

function describeListen(listen: Listen): string {
  const text = formatListen(listen);
  if (text === '0') {
    return 'any free port';
  }
  return /^\d+$/.test(text) ? `port ${text}` : fullPlainText(text);
}
