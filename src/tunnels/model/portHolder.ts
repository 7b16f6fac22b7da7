// Who holds a port of this machine that a forward wanted.

/** A process that can be seen. */
export interface PortHolder {
  readonly name: string;
  readonly pid: number;
  /** The tunnel host itself. */
  readonly isOurs?: boolean;
}

/** Or one that belongs to another user of this machine, whose name and number the system keeps to itself. */
export type PortHolderFound = PortHolder | 'another user';
