// Reads a port or an address as people write it: 5432, db:5432, https://www.internal/, /var/run/docker.sock, or a whole
// forward in ssh's syntax.
import { isSocketPath, formatAddress } from '../../../tunnels/util/address';
import type { Address } from '../../../tunnels/util/address';
import { formatListen } from '../../../tunnels/config/forward';
import type { ForwardKind, Listen } from '../../../tunnels/config/forward';
import { parseForwardSpec, parseTarget } from '../../../tunnels/config/parsing/forwardSpec';
import { servicePort } from '../../../tunnels/config/parsing/servicePorts';
import { deferred as l10n } from '../../../tunnels/util/l10n';
import { attempt, fail } from '../../../tunnels/util/parsing';
import type { Parsed } from '../../../tunnels/util/parsing';
import { serviceAt, serviceAtSocket } from '../../../views/services/service';

export interface TypedForward {
  readonly kind: ForwardKind;
  /** Where it listens, if that was typed; undefined: on a port that goes with the target. */
  readonly listen: Listen | undefined;
  /** undefined: a SOCKS proxy. */
  readonly target: Address | undefined;
  /** The scheme of a URL, where the port doesn't tell it. */
  readonly protocol?: string;
}

/** Other names of services in URLs than in the list of ports that ssh accepts. */
const schemePorts: Readonly<Record<string, number>> = {
  ws: 80,
  wss: 443,
  postgres: 5432,
  mongodb: 27_017,
  rediss: 6379,
  vnc: 5900,
  rdp: 3389,
};

export function readTypedForward(kind: ForwardKind, typed: string): Parsed<TypedForward> {
  const text = typed.trim();
  if (kind === 'dynamic') {
    return mapped(parseForwardSpec('dynamic', text), ({ listen }) => ({ kind, listen, target: undefined }));
  }
  if (/^\d+$/.test(text)) {
    return withTarget(kind, `localhost:${text}`);
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return readUrl(kind, text);
  }
  const ports = /^(\d+):(\d+)$/.exec(text);
  const whole = parseForwardSpec(kind, ports ? `${ports[1]}:localhost:${ports[2]}` : text);
  if ('value' in whole && isWhole(text)) {
    const { value } = whole;
    return { value: { kind, listen: value.listen, target: 'target' in value ? value.target : undefined } };
  }
  const target = withTarget(kind, text);
  // With more than one colon, the complaint about a whole forward fits better.
  return 'error' in target && 'error' in whole && isWhole(text) ? whole : target;
}

function isWhole(text: string): boolean {
  const fields = text.replace(/\[[^\]]*\]/g, 'x').split(':');
  return /\s/.test(text) || fields.length > 2 || (fields.length === 2 && /^(\d|\/|~)/.test(text));
}

function withTarget(kind: 'local' | 'remote', text: string): Parsed<TypedForward> {
  return attempt(() => {
    const parsed = parseTarget(text);
    if ('error' in parsed) {
      return fail(parsed.error.message, parsed.error.at);
    }
    const target = parsed.value;
    if (isSocketPath(target)) {
      if (kind === 'remote') {
        fail(l10n.t('Add the port that the server opens, as in "9000:/run/app.sock".'), 0);
      }
      if (!target.path.startsWith('/')) {
        fail(l10n.t('A path on the server must be absolute, beginning with "/".'), 0);
      }
    }
    return { kind, listen: undefined, target };
  });
}

/** A user, a password and a path in it are not part of a tunnel. */
function readUrl(kind: 'local' | 'remote', text: string): Parsed<TypedForward> {
  return attempt(() => {
    const [, scheme = '', authority = ''] = /^([^:]+):\/\/([^/?#]*)/.exec(text.toLowerCase()) ?? [];
    const address = authority.slice(authority.lastIndexOf('@') + 1);
    const hasPort = /:\d*$/.test(address.replace(/^\[[^\]]*\]/, ''));
    const port = schemePorts[scheme] ?? servicePort(scheme);
    if (address === '') {
      return fail(l10n.t('The address has no host.'), text.length);
    }
    if (!hasPort && port === undefined) {
      return fail(l10n.t('Add the port, as in "db:5432".'), text.length);
    }
    const parsed = parseTarget(hasPort ? address : `${address}:${port}`);
    if ('error' in parsed) {
      return fail(parsed.error.message, 0);
    }
    const target = parsed.value;
    const known = isSocketPath(target) ? undefined : serviceAt(target.port);
    const isWeb = scheme === 'http' || scheme === 'https';
    return {
      kind,
      listen: undefined,
      target,
      ...(isWeb && known?.web !== scheme && { protocol: scheme }),
    };
  });
}

function mapped<A, B>(parsed: Parsed<A>, map: (value: A) => B): Parsed<B> {
  return 'value' in parsed ? { value: map(parsed.value) } : parsed;
}

/** Ports where the services of sockets listen, by the names of the services. */
const socketPorts: Readonly<Record<string, number>> = {
  PostgreSQL: 5432,
  MySQL: 3306,
  Docker: 2375,
  Redis: 6379,
};

/** The port to listen on: the target's number, or of a socket the one of its service. */
export function wantedPort({ kind, target }: TypedForward, unprivilegedFrom: number): number {
  if (target === undefined) {
    return 1080;
  }
  if (isSocketPath(target)) {
    return socketPorts[serviceAtSocket(target.path)?.name ?? ''] ?? 8080;
  }
  const { port } = target;
  return kind === 'local' && port < unprivilegedFrom ? port + 8000 : port;
}

/** The value of a forward in the settings: short where it can be. */
export function forwardSetting(
  { kind, target, protocol }: TypedForward,
  listen: Listen,
): string | number | Readonly<Record<string, string | number>> {
  const where = formatListen(listen);
  const port = 'port' in listen && listen.bind === undefined ? listen.port : where;
  if (target === undefined) {
    return kind === 'dynamic' ? port : where;
  }
  const to = formatAddress(target);
  // Spaces and colons in a path would be read as separators.
  const isPlain = [to, where].every((text) => !text.includes('/') || !/[\s:]/.test(text));
  return protocol === undefined && isPlain
    ? `${where}:${to}`
    : { listen: port, target: to, ...(protocol === undefined ? {} : { protocol }) };
}
