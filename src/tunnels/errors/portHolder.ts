// Which process or tunnel has a port that a forward needs.

/** A process that this user can see. */
export interface PortHolder {
  readonly name: string;
  readonly pid: number;
  /** The process is the daemon itself. */
  readonly isOurs?: boolean;
}

/** The system hides the name and the id of another user's process. */
export type PortHolderFound = PortHolder | 'another user';

/** A tunnel of SSH Tunnels. */
export interface TunnelHolder {
  readonly tunnel: string;
  /** The title of its window; undefined: the window has none. */
  readonly window?: string;
}
