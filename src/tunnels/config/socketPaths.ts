// The paths of Unix sockets on this machine as they really are: `~`, `${userHome}` and `${workspaceFolder}` worked out.
import { isSocketPath } from '../util/address';
import type { Address } from '../util/address';
import type { TunnelDefinition } from './definition';
import type { Forward, Listen } from './forward';
import type { Report } from './recordReader';
import { quote } from '../util/text';

/** Absolute paths. */
export interface PathPlaces {
  readonly home: string;
  /** undefined: the tunnel belongs to no folder. */
  readonly workspaceFolder: string | undefined;
  /** Whether a path below the workspace folder leads out of it by a symbolic link; absent: nobody looks. */
  readonly isSymlinkEscape?: (path: string) => boolean;
}

/** The longest that every system takes (`sun_path` of macOS, less the final zero), in bytes. */
export const longestSocketPath = 103;

/** What can't be worked out is reported, and left as it is. */
export function expandSocketPaths(
  definition: TunnelDefinition,
  places: PathPlaces,
  report: Report,
): TunnelDefinition {
  const seen = { local: 0, remote: 0, dynamic: 0 };
  const forwards = definition.forwards.map((forward) => {
    const place = [`${forward.kind}Forward`, seen[forward.kind]++];
    return expandForward(forward, (path) => expandPath(path, places, (message) => report(place, message)));
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

function expandPath(path: string, places: PathPlaces, report: (message: string) => void): string {
  const [, start = '', rest = path] = /^(~|\$\{\w+\})(\/.*)$/s.exec(path) ?? [];
  if (start === '${workspaceFolder}' && places.workspaceFolder === undefined) {
    report(`${quote(path)}: there is no workspace folder here; write the whole path, or begin with "~/".`);
    return path;
  }
  const base = start === '' ? '' : start === '${workspaceFolder}' ? places.workspaceFolder : places.home;
  const whole = `${base ?? ''}${rest}`;
  // Who agrees to a path of the project must not get another one by what the project holds.
  const isOfFolder = places.workspaceFolder !== undefined && whole.startsWith(`${places.workspaceFolder}/`);
  if (isOfFolder && places.isSymlinkEscape?.(whole) === true) {
    report(`${quote(path)} leads out of the workspace folder by a symbolic link; write where it leads.`);
  }
  const length = Buffer.byteLength(whole);
  if (length > longestSocketPath) {
    report(`${quote(path)} is too long for a socket: ${length} bytes of at most ${longestSocketPath}.`);
  }
  return whole;
}
