// What a tunnel is, once its setting has been understood: nothing here can still be wrong in form.
import type { Forward } from './forward';
import { quote } from '../util/text';

/** An alias of ssh_config, or a host name or address, with what was written around it. */
export interface Destination {
  /** As given to `ssh`: an alias, a name or an address; never begins with `-`, holds no control character. */
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

/** Options of the SSH session; undefined: not said by the tunnel, so a setting, ssh_config or the default decides. */
export interface SessionOptions {
  readonly compression?: boolean;
  readonly exitOnForwardFailure?: boolean;
  /** Seconds; 0 turns keep-alive off. */
  readonly serverAliveInterval?: number;
  readonly serverAliveCountMax?: number;
  /** Seconds. */
  readonly connectTimeout?: number;
}

/** What the daemon needs to know of a tunnel: the part that makes two tunnels the same or different. */
export interface TunnelDefinition {
  readonly destination: Destination;
  /** In the order they are passed through; undefined: ssh_config decides; empty: none, whatever ssh_config says. */
  readonly proxyJump?: readonly Destination[];
  readonly forwards: readonly Forward[];
  readonly x11Programs: readonly X11Program[];
  readonly options: SessionOptions;
  /** Whether it comes back by itself after a failure that may heal. */
  readonly reconnect: boolean;
}

/** It opens nothing: there is nothing to bring up until somebody runs one of its programs. */
export function isForPrograms({
  forwards,
  x11Programs,
}: Pick<TunnelDefinition, 'forwards' | 'x11Programs'>): boolean {
  return forwards.length === 0 && x11Programs.length > 0;
}

/** A whole entry of `sshTunnels.tunnels`: the definition and what the editor does with it. */
export interface TunnelEntry {
  readonly definition: TunnelDefinition;
  readonly autoStart: AutoStart;
  readonly runIn: RunIn | undefined;
  readonly statusBar: boolean;
  readonly description?: string;
}

/** A line of an ssh_config. */
export interface ConfigPlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Something in a setting, or in an ssh_config, that could not be understood. */
export interface DefinitionProblem {
  /** From the entry inward, as in JSON: `['localForward', 0, 'target']`; in an ssh_config the file and the line. */
  readonly path: readonly (string | number)[];
  /** A sentence that names the value at fault and what would be right. */
  readonly message: string;
  /** Where in the string at `path` it is, in UTF-16 units; absent: the whole value is at fault. */
  readonly at?: number;
}

/** `sshTunnels.tunnels["staging"].localForward[0]`: the place of a problem, as people write it. */
export function formatJsonPath(path: readonly (string | number)[]): string {
  return path
    .map((step) => {
      if (typeof step === 'number') {
        return `[${step}]`;
      }
      return /^[A-Za-z_]\w{0,80}$/.test(step) ? `.${step}` : `[${quote(step)}]`;
    })
    .join('');
}

/** Its own `host` as written, for people: `me@staging:2222`. */
export function formatDestination({ destination }: Pick<TunnelDefinition, 'destination'>): string {
  const user = destination.user === undefined ? '' : `${destination.user}@`;
  const port = destination.port === undefined ? '' : `:${destination.port}`;
  return `${user}${destination.host}${port}`;
}
