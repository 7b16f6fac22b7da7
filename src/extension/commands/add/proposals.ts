// What Add Tunnel… proposes: ports of known services, and names.
import { isLoopback, isSocketPath } from '../../../tunnels/util/address';
import type { ForwardKind } from '../../../tunnels/config/forward';
import { serviceAt, serviceAtSocket } from '../../../views/services/service';
import type { TypedForward } from './typedForward';

export interface ProposedPort {
  readonly port: number;
  readonly service: string | undefined;
}

const ports: Readonly<Record<ForwardKind, readonly number[]>> = {
  local: [5432, 3306, 6379, 27_017, 1433, 8080, 80, 443, 9200, 5672, 3389, 5900],
  remote: [3000, 8080, 5173, 8000, 5000, 9229],
  dynamic: [1080],
};

export function proposedPorts(kind: ForwardKind): readonly ProposedPort[] {
  return ports[kind].map((port) => ({ port, service: serviceAt(port)?.name }));
}

/** What the tunnel leads to, in a word that is free: `db` for db.internal:5432, `postgres` for port 5432 of the server. */
export function proposeName(forward: TypedForward, host: string, taken: ReadonlySet<string>): string {
  const short = shortName(host);
  const base = targetName(forward, short);
  return unique(base, short, taken);
}

/** For a tunnel of several forwards, or from a command line. */
export function nameOfHost(host: string, taken: ReadonlySet<string>): string {
  return unique(shortName(host), '', taken);
}

function unique(base: string, host: string, taken: ReadonlySet<string>): string {
  const better = base.includes(host) ? [base] : [base, `${base}-${host}`];
  const free = better.find((name) => !taken.has(name));
  if (free !== undefined) {
    return free;
  }
  const last = better.at(-1) ?? base;
  let count = 2;
  while (taken.has(`${last}-${count}`)) {
    count++;
  }
  return `${last}-${count}`;
}

function targetName({ kind, target, listen }: TypedForward, host: string): string {
  if (kind === 'dynamic' || target === undefined) {
    return `${host}-proxy`;
  }
  if (isSocketPath(target)) {
    const service = serviceAtSocket(target.path);
    return service
      ? serviceName(service.name)
      : word(target.path.replace(/^.*\//, '').replace(/\.sock(et)?$/, ''));
  }
  if (!isLoopback(target.host) && shortName(target.host) !== 'tunnel') {
    return shortName(target.host);
  }
  const service = serviceAt(target.port);
  const isUsual = service !== undefined && service.web === undefined;
  const port = kind === 'remote' && listen && 'port' in listen && listen.port > 0 ? listen.port : target.port;
  return isUsual ? serviceName(service.name) : `${host}-${port}`;
}

function serviceName(name: string): string {
  return name === 'PostgreSQL' ? 'postgres' : word(name.toLowerCase());
}

/** The first part of a host's name; an address has no such part. */
function shortName(host: string): string {
  const isAddress = /^[\d.]+$/.test(host) || host.includes(':');
  return word(isAddress ? host.replaceAll(':', '-') : (host.split('.')[0] ?? host));
}

/** With nothing that a name can't hold, or that a path or a variable would need quotes for. */
function word(text: string): string {
  return text.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|-+$/g, '') || 'tunnel';
}
