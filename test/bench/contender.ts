// What the bench compares: programs that forward local ports through the same sshd to the same target.

export interface Contender extends AsyncDisposable {
  readonly name: string;
  /** The process that carries the bytes on this machine. */
  readonly pid: number;
  /** Forwards to the target that waits for data. */
  readonly port: number;
  /** Forwards to the target that greets. */
  readonly greetingPort: number;
  /** Starts a new tunnel, and stops it while clients download through it. */
  startAndStop(): Promise<StartAndStop>;
}

/** Milliseconds. */
export interface StartAndStop {
  /** From the request for the tunnel to the first byte through it. */
  readonly ready: number;
  /** From the request to stop it until nothing listens any more, and ssh has ended. */
  readonly stopped: number;
}

/** The route that all contenders use. */
export interface Way {
  /** An ssh_config with the host `test-sshd`. */
  readonly configFile: string;
  /** Ports of the target: the one that waits for data, the one that greets. */
  readonly targets: readonly number[];
}
