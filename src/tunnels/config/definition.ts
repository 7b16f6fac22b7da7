// What a tunnel is, after its setting was parsed: everything here is valid.
import type { Message } from '../util/l10n';
import { isWideBind } from './forward';
import type { Forward } from './forward';

/** An alias of ssh_config, a host name or an address, with an optional user and port. */
export interface Destination {
  /** As passed to `ssh`: an alias, a name or an address; never begins with `-`, has no control characters. */
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

export type AutoStart = boolean | 'onConnect';

export type RunIn = 'local' | 'everywhere';

/** A program of `x11Programs`. */
export interface X11Program {
  readonly name: string;
  readonly command: string;
  /** Screen size of the nested display, `1280x800`. */
  readonly nested?: string;
  readonly trusted: boolean;
}

/** Options of the SSH session; undefined: not set, so a setting, ssh_config or the default applies. */
export interface SessionOptions {
  readonly compression?: boolean;
  readonly exitOnForwardFailure?: boolean;
  /** Seconds; 0 disables keep-alive. */
  readonly serverAliveInterval?: number;
  readonly serverAliveCountMax?: number;
  /** Seconds. */
  readonly connectTimeout?: number;
}

/** What the daemon needs of a tunnel: two tunnels are the same if this is equal. */
export interface TunnelDefinition {
  readonly destination: Destination;
  /** In connection order; undefined: ssh_config decides; empty: no jump host, whatever ssh_config says. */
  readonly proxyJump?: readonly Destination[];
  readonly forwards: readonly Forward[];
  readonly x11Programs: readonly X11Program[];
  readonly options: SessionOptions;
  /** Whether it reconnects automatically after an error that may go away. */
  readonly reconnect: boolean;
}

/** Whether it has only X11 programs and no forwards, so it connects only when a program runs. */
export function isForPrograms({
  forwards,
  x11Programs,
}: Pick<TunnelDefinition, 'forwards' | 'x11Programs'>): boolean {
  return forwards.length === 0 && x11Programs.length > 0;
}

/** An entry of `sshTunnels.tunnels`: the definition, and the properties that concern the editor only. */
export interface TunnelEntry {
  readonly definition: TunnelDefinition;
  readonly autoStart: AutoStart;
  readonly runIn: RunIn | undefined;
  readonly statusBar: boolean;
  readonly description?: string;
}

/** Whether it listens beyond loopback: the user confirms that once, whatever the origin of the tunnel. */
export function opensWide(definition: TunnelDefinition): boolean {
  return definition.forwards.some(({ listen }) => isWideBind(listen));
}

/** A line of an ssh_config. */
export interface ConfigLocation {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** A fault in a setting or in an ssh_config. */
export interface DefinitionProblem {
  /** JSON path inside the entry: `['localForward', 0, 'target']`; for an ssh_config, the file and the line. */
  readonly path: readonly (string | number)[];
  /** A sentence that names the value at fault and says what is valid. */
  readonly message: Message;
  /** Offset of the fault in the string at `path`, in UTF-16 units; absent: the whole value is at fault. */
  readonly at?: number;
  readonly fix?: ProblemFix;
}

/** What an editor can do about the property at the path of a problem. */
export type ProblemFix = { readonly kind: 'rename'; readonly to: string } | { readonly kind: 'remove' };

/** The destination for display: `me@staging:2222`. */
export function formatDestination({ destination }: Pick<TunnelDefinition, 'destination'>): string {
  const user = destination.user === undefined ? '' : `${destination.user}@`;
  const port = destination.port === undefined ? '' : `:${destination.port}`;
  return `${user}${destination.host}${port}`;
}
