// What a person is asked to allow, a line for each fact: the way there, each port with the machine it is opened on, each
// program and each variable; and what is risky about it.
import type { ResolvedFacts } from '../../tunnels/daemon/protocol/protocol';
import { formatAddress } from '../../tunnels/util/address';
import { isForPrograms } from '../../tunnels/config/definition';
import type { AutoStart, TunnelDefinition, TunnelEntry, X11Program } from '../../tunnels/config/definition';
import { formatListen, forwardTarget, isWideBind } from '../../tunnels/config/forward';
import type { Forward, IfPortBusy, Listen } from '../../tunnels/config/forward';
import { formatDestination } from '../../tunnels/config/definition';
import type { Origin } from '../../tunnels/model/snapshot';
import { formatCount, plainText, wholePlainText } from '../words/format';

export interface Wish {
  readonly name: string;
  readonly origin: Origin;
  readonly entry: TunnelEntry;
}

export interface ConsentLine {
  readonly text: string;
  readonly risk?: string;
}

export const whatAllowMeans =
  'You are asked again when any of this changes. Your own keys and passwords are used for the login; the project never sees them.';

/** For a notification. @param resolved what they mean on this machine, in the same order, as far as that is known */
export function wishInWords(
  waiting: readonly Wish[],
  resolved: readonly (ResolvedFacts | undefined)[] = [],
): string {
  const who = waiting.every(({ origin }) => origin === 'user') ? 'Your settings want' : 'This project wants';
  const what = formatCount(waiting.length, 'SSH tunnel');
  return `${who} to open ${what}: ${waiting.map((wish, index) => inBrief(wish, resolved[index])).join('; ')}.`;
}

/** `"staging" (5432, 6379 by me@bastion.example.org:22)`. */
function inBrief({ name, entry: { definition } }: Wish, facts: ResolvedFacts | undefined): string {
  const ports = definition.forwards.map(({ kind, listen }) => {
    const port = listenInWords(listen).replace(/^port /, '');
    return kind === 'remote' ? `${port} on the server` : port;
  });
  const last = facts?.hops.at(-1);
  const server = last ? hopInWords(last) : plainText(formatDestination(definition));
  return `"${plainText(name)}" (${[...ports, ...programNames(definition)].join(', ')} by ${server})`;
}

function programNames({ x11Programs }: TunnelDefinition): string[] {
  return x11Programs.map(({ name }) => `the program "${plainText(name)}"`);
}

/** All of it. @param facts undefined: what it means on this machine is not known */
export function consentLines(
  { entry }: Pick<Wish, 'entry'>,
  facts: ResolvedFacts | undefined,
): ConsentLine[] {
  const { definition, autoStart } = entry;
  return [
    ...(facts ? wayThere(facts) : [{ text: wayAsWritten(definition) }]),
    ...definition.forwards.map(forwardLine),
    ...definition.x11Programs.map(programLine),
    ...options(definition),
    { text: startInWords(definition, autoStart) },
  ];
}

function wayThere({ hops }: ResolvedFacts): ConsentLine[] {
  const command = hops.find(({ proxyCommand }) => proxyCommand !== undefined)?.proxyCommand;
  return [
    { text: hops.map(hopInWords).join(' → ') },
    ...(command === undefined
      ? []
      : [{ text: wholePlainText(command), risk: 'a command of your own ssh_config, run on this machine' }]),
  ];
}

function hopInWords({ user, hostName, port }: ResolvedFacts['hops'][number]): string {
  return wholePlainText(`${user}@${formatAddress({ host: hostName, port })}`);
}

function wayAsWritten({ destination, proxyJump }: TunnelDefinition): string {
  const hops = [...(proxyJump ?? []), destination];
  return hops.map((hop) => wholePlainText(formatDestination({ destination: hop }))).join(' → ');
}

function forwardLine(forward: Forward): ConsentLine {
  const risk = forwardRisks(forward).join('; ');
  return { text: describeForward(forward), ...(risk === '' ? {} : { risk }) };
}

/** `port 5432 → db.internal:5432, as DB_PORT`. */
export function describeForward(forward: Forward): string {
  const target = forwardTarget(forward);
  const where = forward.kind === 'remote' ? 'on the server: ' : '';
  const there = forward.kind === 'remote' ? ' from here' : '';
  const to = target ? wholePlainText(formatAddress(target)) : 'SOCKS proxy';
  const env = forward.env === undefined ? '' : `, as ${forward.env}`;
  const otherwise = ifPortBusyInWords[forward.ifPortBusy];
  return `${where}${listenInWords(forward.listen)}${otherwise} → ${to}${there}${env}`;
}

const ifPortBusyInWords: Readonly<Record<IfPortBusy, string>> = {
  fail: '',
  next: ', or the next port that is free',
  ask: ', or a port that you choose',
};

function forwardRisks(forward: Forward): string[] {
  const target = forwardTarget(forward);
  const risks = [forward.kind === 'remote' ? remoteRisk(forward) : localRisk(forward)];
  if (target && 'path' in target) {
    risks.push("a socket: Docker's, say, gives the rights of root");
  } else if ('path' in forward.listen) {
    risks.push('makes a file');
  }
  if (forward.env !== undefined) {
    risks.push(`sets ${forward.env} for the programs of this window`);
  }
  return risks.filter((risk) => risk !== undefined);
}

function localRisk({ kind, listen }: Forward): string | undefined {
  const isWide = isWideBind(listen);
  if (kind === 'dynamic') {
    const who = isWide ? 'other machines of your network' : 'programs here';
    return `${who} can reach whatever the server can`;
  }
  return isWide ? 'open to the network' : undefined;
}

function remoteRisk(forward: Forward): string {
  const who = isWideBind(forward.listen) ? "the server's whole network" : "the server's users";
  return forwardTarget(forward) === undefined
    ? `${who} can reach whatever this machine can`
    : `${who} can reach this from there`;
}

/** Of a program that is trusted with the display itself. */
export const trustedRisk =
  'it may read whatever you type, in any window of your display, and see and control those windows';

function programLine({ name, command, nested, trusted }: X11Program): ConsentLine {
  const where = nested === undefined ? '' : `, in a window of ${nested}`;
  const trust = trusted ? `, trusted ${nested === undefined ? 'with your display' : 'in there'}` : '';
  return {
    text: `runs on the server, as "${plainText(name)}"${where}${trust}: ${wholePlainText(command)}`,
    risk: trusted && nested === undefined ? trustedRisk : 'a program of the server in a window here',
  };
}

function options({
  options: { compression, exitOnForwardFailure },
  reconnect,
}: TunnelDefinition): ConsentLine[] {
  return [
    ...(compression === undefined ? [] : [{ text: compression ? 'compressed' : 'not compressed' }]),
    ...(exitOnForwardFailure === undefined
      ? []
      : [
          {
            text: exitOnForwardFailure ? 'all of its forwards, or none' : 'as many of its forwards as can be',
          },
        ]),
    ...(reconnect ? [] : [{ text: 'not made again when it is lost' }]),
  ];
}

function startInWords(definition: TunnelDefinition, autoStart: AutoStart): string {
  return isForPrograms(definition)
    ? 'connects when you run a program'
    : autoStartInWords[String(autoStart) as `${AutoStart}`];
}

const autoStartInWords: Readonly<Record<`${AutoStart}`, string>> = {
  true: 'starts with the project',
  false: 'starts when you start it',
  onConnect: 'starts when a program connects to it',
};

function listenInWords(listen: Listen): string {
  const text = formatListen(listen);
  if (text === '0') {
    return 'any free port';
  }
  return /^\d+$/.test(text) ? `port ${text}` : wholePlainText(text);
}
