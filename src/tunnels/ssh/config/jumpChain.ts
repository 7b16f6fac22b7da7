// Resolves the jump hosts of a destination, in the order they are dialled: ProxyJump as OpenSSH interprets it.
import type { Destination, TunnelDefinition } from '../../config/definition';
import { TunnelFailure } from '../../errors/errors';
import { invalidDefinition } from '../../errors/definition';
import { parseDestination } from '../../config/parsing/parseDestination';
import { deferred as l10n } from '../../util/l10n';
import { unquoted } from '../../util/shown';
import { expandTokens, proxyTokens } from './expandTokens';
import { resolveHost } from './resolveHost';
import type { ResolveOptions } from './resolveHost';
import type { HostConfig } from './hostConfig';

const maxDepth = 10;

/**
 * All hops, with the destination last. The tunnel's own proxyJump takes precedence over ssh_config's. In a list of
 * jump hosts, only the first one's own ProxyJump applies: ssh runs `ssh -J FIRST,… LAST`, and each of these hosts runs
 * the next one with `-J`, which takes precedence over ssh_config (setup of jump_extra in OpenSSH's ssh.c).
 *
 * In the result, `proxyJump` is undefined, since the list replaces it. Only the first hop can have a `proxyCommand`.
 * With an empty proxyJump of the tunnel, a ProxyCommand still applies, as with `ssh -J none`.
 * @throws TunnelFailure as resolveHost(), and InvalidDefinition for hosts that are each other's jump host
 */
export async function resolveChain(
  definition: Pick<TunnelDefinition, 'destination' | 'proxyJump'>,
  options: ResolveOptions,
): Promise<readonly HostConfig[]> {
  const { destination, proxyJump } = definition;
  return proxyJump === undefined
    ? resolveWithOwnJumps(destination, options, [])
    : resolveWithJumps(proxyJump, destination, options, []);
}

/** The hops to a host, by ssh_config alone. */
async function resolveWithOwnJumps(
  destination: Destination,
  options: ResolveOptions,
  earlier: readonly Destination[],
): Promise<readonly HostConfig[]> {
  rejectLoop(destination, earlier);
  const host = await resolveHost(destination, options);
  if (host.proxyJump === undefined) {
    return [host];
  }
  const jumps = parseJumps(expandTokens(host.proxyJump, proxyTokens(host), undefined), host.alias);
  const hops = await resolveJumps(jumps, options, [...earlier, destination]);
  return [...hops, withoutProxy(host)];
}

/** The hops to a host through the given jump hosts, which may be none. */
async function resolveWithJumps(
  jumps: readonly Destination[],
  destination: Destination,
  options: ResolveOptions,
  earlier: readonly Destination[],
): Promise<readonly HostConfig[]> {
  const [hops, host] = await Promise.all([
    resolveJumps(jumps, options, [...earlier, destination]),
    resolveHost(destination, { ...options, withoutProxyJump: true }),
  ]);
  return [...hops, hops.length > 0 ? withoutProxy(host) : host];
}

async function resolveJumps(
  jumps: readonly Destination[],
  options: ResolveOptions,
  earlier: readonly Destination[],
): Promise<readonly HostConfig[]> {
  const [first, ...rest] = jumps;
  if (first === undefined) {
    return [];
  }
  const [hops, ...later] = await Promise.all([
    resolveWithOwnJumps(first, options, earlier),
    ...rest.map((jump) => resolveHost(jump, { ...options, withoutProxyJump: true })),
  ]);
  return [...hops, ...later.map(withoutProxy)];
}

function withoutProxy(host: HostConfig): HostConfig {
  return { ...host, proxyJump: undefined, proxyCommand: undefined };
}

function parseJumps(list: string, alias: string): readonly Destination[] {
  return list.split(',').map((text) => {
    const parsed = parseDestination(text.trim(), 'sshConfig');
    if ('error' in parsed) {
      throw new TunnelFailure(
        invalidDefinition(
          l10n.t('The ProxyJump of "{host}" is invalid. {reason}', {
            host: unquoted(alias),
            reason: parsed.error.message,
          }),
          l10n.t('Fix it in your SSH config: write hosts as [user@]host[:port], separated by commas.'),
        ),
      );
    }
    return parsed.value;
  });
}

function rejectLoop(destination: Destination, earlier: readonly Destination[]): void {
  const name = describe(destination);
  const names = earlier.map(describe);
  if (names.includes(name) || earlier.length >= maxDepth) {
    const chain = unquoted([...names.slice(Math.max(0, names.indexOf(name))), name].join(' → '));
    throw new TunnelFailure(
      invalidDefinition(
        names.includes(name)
          ? l10n.t('ProxyJump in your SSH config forms a loop: {chain}.', { chain })
          : l10n.t('ProxyJump in your SSH config leads through more than {maximum} hosts: {chain}.', {
              maximum: maxDepth,
              chain,
            }),
        l10n.t(
          'Set "ProxyJump none" for one of these hosts in your SSH config, above the line that sets its ProxyJump.',
        ),
      ),
    );
  }
}

function describe({ host, user, port }: Destination): string {
  return `${user === undefined ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}`;
}
