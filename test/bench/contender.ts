// What the bench compares: programs that lead a port of this machine through the same sshd to the same target.

export interface Contender extends AsyncDisposable {
  readonly name: string;
  /** The process that carries the bytes at this end. */
  readonly pid: number;
  readonly port: number;
  /** Milliseconds from the wish for a new tunnel until the first byte has come through it. */
  timeToReady(): Promise<number>;
}
