// Expands `~`, `${userHome}` and `${workspaceFolder}` in the paths of Unix sockets on this machine.
import { isSocketPath } from '../util/address';
import type { Address } from '../util/address';
import type { TunnelDefinition } from './definition';
import type { Forward, Listen } from './forward';
import type { Report } from './parsing/propertyReader';
import { deferred as l10n } from '../util/l10n';
import type { Message } from '../util/l10n';
import { quote } from '../util/shown';

/** Absolute paths. */
export interface PathVariables {
  readonly home: string;
  /** undefined: the tunnel belongs to no workspace folder. */
  readonly workspaceFolder: string | undefined;
}

/** The longest path that every system accepts, in bytes (`sun_path` of macOS without the final zero). */
export const longestSocketPath = 103;

/** What the system would cut off: Node 20 does so in silence, and would connect to a socket of another name. */
export function isTooLongForSocket(path: string, platform: NodeJS.Platform = process.platform): boolean {
  const longest = platform === 'win32' ? Infinity : platform === 'linux' ? 107 : longestSocketPath;
  return Buffer.byteLength(path) > longest;
}

/** Paths that can't be expanded are reported and not changed. */
export function expandSocketPaths(
  definition: TunnelDefinition,
  variables: PathVariables,
  report: Report,
): TunnelDefinition {
  const seen = { local: 0, remote: 0, dynamic: 0 };
  const forwards = definition.forwards.map((forward) => {
    const location = [`${forward.kind}Forward`, seen[forward.kind]++];
    return expandForward(forward, (path) =>
      expandPath(path, variables, (message) => report(location, message)),
    );
  });
  return { ...definition, forwards };
}

type Expand = (path: string) => string;

function expandForward(forward: Forward, expand: Expand): Forward {
  switch (forward.kind) {
    case 'local':
      return { ...forward, listen: expandListen(forward.listen, expand) };
    case 'remote':
      return { ...forward, target: forward.target && expandAddress(forward.target, expand) };
    case 'dynamic':
      return forward;
  }
}

function expandListen(listen: Listen, expand: Expand): Listen {
  return 'path' in listen ? { path: expand(listen.path) } : listen;
}

function expandAddress(address: Address, expand: Expand): Address {
  return isSocketPath(address) ? { path: expand(address.path) } : address;
}

function expandPath(path: string, variables: PathVariables, report: (message: Message) => void): string {
  const [, start = '', rest = path] = /^(~|\$\{\w+\})(\/.*)$/s.exec(path) ?? [];
  if (start === '${workspaceFolder}' && variables.workspaceFolder === undefined) {
    report(
      l10n.t('{path}: the tunnel belongs to no workspace folder; use an absolute path, or begin with "~/".', {
        path: quote(path),
      }),
    );
    return path;
  }
  const base =
    start === '' ? '' : start === '${workspaceFolder}' ? variables.workspaceFolder : variables.home;
  const whole = normalSocketPath(`${base ?? ''}${rest}`);
  const length = Buffer.byteLength(whole);
  if (length > longestSocketPath) {
    report(
      l10n.t('{path} is too long for a socket: {length} bytes; the maximum is {maximum}.', {
        path: quote(path),
        length,
        maximum: longestSocketPath,
      }),
    );
    return whole;
  }
  return whole;
}

/**
 * The only form of a path on this machine: without doubled slashes and a slash at the end. The parser allows neither `.`
 * nor `..`. A path of Microsoft Windows stays as it is.
 */
function normalSocketPath(path: string): string {
  return process.platform === 'win32' ? path : path.replaceAll(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
}

/** The socket paths that a tunnel uses on this machine. */
export function localSocketPaths({ forwards }: TunnelDefinition): readonly string[] {
  return forwards.flatMap((forward) => {
    const where = forward.kind === 'remote' ? forward.target : forward.listen;
    return where && 'path' in where ? [where.path] : [];
  });
}
