// Expands `~`, `${userHome}` and `${workspaceFolder}` in the paths of Unix sockets on this machine.
import { isSocketPath } from '../util/address';
import type { Address } from '../util/address';
import type { TunnelDefinition } from './definition';
import type { Forward, Listen } from './forward';
import type { Report } from './parsing/propertyReader';
import { deferred as l10n } from '../util/l10n';
import type { Message } from '../util/l10n';
import { quote, unquoted } from '../util/shown';
import type { Shown } from '../util/shown';

/** Absolute paths. */
export interface PathVariables {
  readonly home: string;
  /** undefined: the tunnel belongs to no workspace folder. */
  readonly workspaceFolder: string | undefined;
  /** Looks where a path in the workspace folder really leads; absent: not checked. */
  readonly pathFault?: (path: string) => PathFault | undefined;
}

/** A path leads out of the workspace folder through a symbolic link, or can't be followed for this reason of the system. */
export type PathFault = 'leadsOut' | { readonly code: string };

/** The longest path that every system accepts, in bytes (`sun_path` of macOS without the final zero). */
export const longestSocketPath = 103;

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
  const whole = `${base ?? ''}${rest}`;
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
  // The user consented to this path, so a link in the project must not lead to another one.
  const isOfFolder =
    variables.workspaceFolder !== undefined && whole.startsWith(`${variables.workspaceFolder}/`);
  const fault = isOfFolder ? variables.pathFault?.(whole) : undefined;
  if (fault !== undefined) {
    report(pathFaultMessage(quote(path), fault));
  }
  return whole;
}

function pathFaultMessage(path: Shown, fault: PathFault): Message {
  if (fault === 'leadsOut') {
    return l10n.t('{path} leads out of the workspace folder through a symbolic link; use the real path.', {
      path,
    });
  }
  switch (fault.code) {
    case 'ELOOP':
      return l10n.t("{path} can't be used: its symbolic links lead in a circle.", { path });
    case 'ENOTDIR':
      return l10n.t("{path} can't be used: a part of it is a file, not a folder.", { path });
    case 'EACCES':
    case 'EPERM':
      return l10n.t("{path} can't be used: you have no permission to enter one of its folders.", { path });
    case 'ENAMETOOLONG':
      return l10n.t("{path} can't be used: one of its names is too long.", { path });
    default:
      return l10n.t("{path} can't be used: the system can't read it ({code}).", {
        path,
        code: unquoted(fault.code),
      });
  }
}
