// The paths of Unix sockets on this machine: expands `~`, `${userHome}` and `${workspaceFolder}` in them. On Windows there
// are none (libuv has named pipes instead, which every user of the machine may open for reading): a tunnel's definition
// keeps them as they are written, and only the forwards that use one fail.
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
  /** Default: this machine's. */
  readonly platform?: NodeJS.Platform;
}

/** The longest path that every system accepts, in bytes (`sun_path` of macOS without the final zero). */
export const longestSocketPath = 103;

/** Paths that can't be expanded are reported and not changed. */
export function expandSocketPaths(
  definition: TunnelDefinition,
  variables: PathVariables,
  report: Report,
): TunnelDefinition {
  if ((variables.platform ?? process.platform) === 'win32') {
    return definition;
  }
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
 * nor `..`.
 */
function normalSocketPath(path: string): string {
  return path.replaceAll(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
}

/** The socket paths that a tunnel uses on this machine. */
export function localSocketPaths(
  { forwards }: TunnelDefinition,
  platform: NodeJS.Platform = process.platform,
): readonly string[] {
  return platform === 'win32' ? [] : forwards.flatMap(localSocketPath);
}

function localSocketPath(forward: Forward): readonly string[] {
  const where = forward.kind === 'remote' ? forward.target : forward.listen;
  return where && 'path' in where ? [where.path] : [];
}

/** Why a forward can't work on this system, and what to do, as sentences; undefined: it can. */
export function socketFault(
  forward: Forward,
  platform: NodeJS.Platform,
): { readonly problem: Message; readonly nextStep: Message } | undefined {
  const [path] = platform === 'win32' ? localSocketPath(forward) : [];
  if (path === undefined) {
    return undefined;
  }
  return forward.kind === 'remote'
    ? {
        problem: l10n.t("On Windows, a Unix socket such as {path} can't be the target of a remote forward.", {
          path: quote(path),
        }),
        nextStep: l10n.t('Use a port of this machine as the target, for example "localhost:2375".'),
      }
    : {
        problem: l10n.t('On Windows, no forward can listen on a Unix socket such as {path}.', {
          path: quote(path),
        }),
        nextStep: l10n.t(
          'Use a port, for example "2375:/var/run/docker.sock"; for yourself alone, set one in sshTunnels.overrides ("listen").',
        ),
      };
}
