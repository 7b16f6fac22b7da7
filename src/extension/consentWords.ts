// What a person is asked to allow, in words: each port with the machine it is opened on, and what is risky about it.
import type { ResolvedFacts } from '../tunnels/host/protocol';
import { formatAddress } from '../tunnels/model/address';
import { formatListen, forwardTarget, isWideBind } from '../tunnels/model/forward';
import type { Forward, Listen } from '../tunnels/model/forward';
import { formatDestination } from '../tunnels/model/snapshot';
import { formatCount, plainText } from '../views/format';
import type { UsableTunnel } from './configuredTunnel';

type Wish = Pick<UsableTunnel, 'name' | 'origin' | 'entry'>;

export const whatAllowMeans =
  'You are asked again when any of this changes. Your own keys and passwords are used for the login; the project never sees them.';

export function wishInWords(waiting: readonly Wish[]): string {
  const who = waiting.every(({ origin }) => origin === 'user') ? 'Your settings want' : 'This project wants';
  const what = formatCount(waiting.length, 'SSH tunnel');
  return `${who} to open ${what}: ${waiting.map(inBrief).join('; ')}.`;
}

/** `"staging" (5432, 6379 by bastion)`. */
function inBrief({ name, entry: { definition } }: Wish): string {
  const ports = definition.forwards.map(({ kind, listen }) => {
    const port = listenInWords(listen).replace(/^port /, '');
    return kind === 'remote' ? `${port} on the server` : port;
  });
  return `"${plainText(name)}" (${ports.join(', ')} by ${plainText(formatDestination(definition))})`;
}

/** The whole way to the destination, and a line for each forward. */
export function describeTunnel({ name, entry }: Wish, facts: ResolvedFacts): string {
  const path = facts.hops.map(
    ({ user, hostName, port }) => `${plainText(user)}@${plainText(formatAddress({ host: hostName, port }))}`,
  );
  const lines = entry.definition.forwards.map((forward) => {
    const risk = riskOf(forward);
    return `    ${describeForward(forward)}${risk === undefined ? '' : `   ⚠ ${risk}`}`;
  });
  const command = facts.hops.find(({ proxyCommand }) => proxyCommand !== undefined)?.proxyCommand;
  return [
    `${plainText(name)}: ${path.join(' → ')}`,
    ...(command === undefined ? [] : [`    ⚠ your ssh_config runs: ${plainText(command)}`]),
    ...lines,
  ].join('\n');
}

/** `port 5432 → db.internal:5432, as DB_PORT`. */
export function describeForward(forward: Forward): string {
  const target = forwardTarget(forward);
  const where = forward.kind === 'remote' ? 'on the server: ' : '';
  const there = forward.kind === 'remote' ? ' from here' : '';
  const to = target ? plainText(formatAddress(target)) : 'SOCKS proxy';
  const env = forward.env === undefined ? '' : `, as ${forward.env}`;
  return `${where}${listenInWords(forward.listen)} → ${to}${there}${env}`;
}

function riskOf(forward: Forward): string | undefined {
  const wide = isWideBind(forward.listen);
  if (forward.kind !== 'remote') {
    return wide ? 'open to the network' : undefined;
  }
  const who = wide ? "the server's whole network" : "the server's users";
  return forward.target === undefined
    ? `${who} can reach whatever this machine can`
    : `${who} can reach this from there`;
}

function listenInWords(listen: Listen): string {
  const text = formatListen(listen);
  if (text === '0') {
    return 'any free port';
  }
  return /^\d+$/.test(text) ? `port ${text}` : plainText(text);
}
