// What the bench compares: programs that lead ports of this machine through the same sshd to the same target.

export interface Contender extends AsyncDisposable {
  readonly name: string;
  /** The process that carries the bytes at this end. */
  readonly pid: number;
  /** Leads to the target that hears first. */
  readonly port: number;
  /** Leads to the target that greets. */
  readonly greetingPort: number;
  /** Milliseconds from the wish for a new tunnel until the first byte has come through it. */
  timeToReady(): Promise<number>;
}

/** The way that all of them take. */
export interface Way {
  /** An ssh_config with the host `test-sshd`. */
  readonly configFile: string;
  /** Ports of the target: the one that hears first, the one that greets. */
  readonly targets: readonly number[];
}
