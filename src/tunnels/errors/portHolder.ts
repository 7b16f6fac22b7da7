// Who holds a port of this machine that a forward wanted.

/** A process that can be seen. */
export interface PortHolder {
  readonly name: string;
  readonly pid: number;
  /** The daemon itself. */
  readonly isOurs?: boolean;
}

/** Or one that belongs to another user of this machine, whose name and number the system keeps to itself. */
export type PortHolderFound = PortHolder | 'another user';

/** A tunnel of ours. */
export interface TunnelHolder {
  readonly tunnel: string;
  /** The title of the window that it belongs to; undefined where it has none. */
  readonly window?: string;
}
