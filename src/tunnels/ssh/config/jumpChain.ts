// The hosts on the way to a destination, in the order they are dialled: ProxyJump as OpenSSH understands it.
import type { Destination, TunnelDefinition } from '../../config/definition';
import { TunnelFailure } from '../../errors/errors';
import { invalidDefinition } from '../../errors/consent';
import { parseDestination } from '../../config/parseDestination';
import { resolveHost } from './resolveHost';
import type { ResolveOptions } from './resolveHost';
import type { ResolvedHost } from './resolvedHost';

const maxDepth = 10;

/**
 * Every hop, the destination last. The tunnel's own proxyJump wins over ssh_config's. Of a list only the first jump's
 * own ProxyJump counts, and that of nobody who is reached through a jump already: ssh starts `ssh -J FIRST,… LAST`,
 * and each of those the next, where `-J` wins over ssh_config (setup of jump_extra in OpenSSH's ssh.c).
 *
 * In the result `proxyJump` is undefined, since the list is what became of it, and only the first hop can have a
 * `proxyCommand`. An empty proxyJump of the tunnel leaves a ProxyCommand in force, as `ssh -J none` does.
 * @throws TunnelFailure as resolveHost(), and InvalidDefinition for hosts that are each other's jump host
 */
export async function resolveChain(
  definition: Pick<TunnelDefinition, 'destination' | 'proxyJump'>,
  options: ResolveOptions,
): Promise<readonly ResolvedHost[]> {
  const { destination, proxyJump } = definition;
  return proxyJump === undefined
    ? resolveWithOwnJumps(destination, options, [])
    : resolveThrough(proxyJump, destination, options, []);
}

/** The way to a host by ssh_config alone. */
async function resolveWithOwnJumps(
  destination: Destination,
  options: ResolveOptions,
  after: readonly Destination[],
): Promise<readonly ResolvedHost[]> {
  refuseLoop(destination, after);
  const host = await resolveHost(destination, options);
  if (host.proxyJump === undefined) {
    return [host];
  }
  const jumps = parseJumps(host.proxyJump, host.alias);
  const way = await resolveJumps(jumps, options, [...after, destination]);
  return [...way, onlyReachedByJump(host)];
}

/** The way to a host through given jumps, which may be none. */
async function resolveThrough(
  jumps: readonly Destination[],
  destination: Destination,
  options: ResolveOptions,
  after: readonly Destination[],
): Promise<readonly ResolvedHost[]> {
  const [way, host] = await Promise.all([
    resolveJumps(jumps, options, [...after, destination]),
    resolveHost(destination, { ...options, withoutProxyJump: true }),
  ]);
  return [...way, way.length > 0 ? onlyReachedByJump(host) : host];
}

async function resolveJumps(
  jumps: readonly Destination[],
  options: ResolveOptions,
  after: readonly Destination[],
): Promise<readonly ResolvedHost[]> {
  const [first, ...rest] = jumps;
  if (first === undefined) {
    return [];
  }
  const [way, ...later] = await Promise.all([
    resolveWithOwnJumps(first, options, after),
    ...rest.map((jump) => resolveHost(jump, { ...options, withoutProxyJump: true })),
  ]);
  return [...way, ...later.map(onlyReachedByJump)];
}

function onlyReachedByJump(host: ResolvedHost): ResolvedHost {
  return { ...host, proxyJump: undefined, proxyCommand: undefined };
}

function parseJumps(list: string, alias: string): readonly Destination[] {
  return list.split(',').map((text) => {
    const parsed = parseDestination(text.trim());
    if ('error' in parsed) {
      throw new TunnelFailure(
        invalidDefinition(
          `The ProxyJump of "${alias}", ${list}, cannot be understood: ${parsed.error.message}.`,
          `Mend it in your ssh_config: hosts as [user@]host[:port], with commas between them.`,
        ),
      );
    }
    return parsed.value;
  });
}

function refuseLoop(destination: Destination, after: readonly Destination[]): void {
  const name = describe(destination);
  const names = after.map(describe);
  if (names.includes(name) || after.length >= maxDepth) {
    const circle = [...names.slice(Math.max(0, names.indexOf(name))), name].join(' → ');
    throw new TunnelFailure(
      invalidDefinition(
        names.includes(name)
          ? `The ProxyJump of your ssh_config goes round in a circle: ${circle}.`
          : `The ProxyJump of your ssh_config goes through more than ${maxDepth} hosts in turn: ${circle}.`,
        'Give one of these hosts "ProxyJump none" in your ssh_config, above the line that sets it.',
      ),
    );
  }
}

function describe({ host, user, port }: Destination): string {
  return `${user === undefined ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}`;
}
