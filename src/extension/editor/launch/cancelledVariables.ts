// The editor launches all the same when one of its variables comes to nothing, with `${input:…}` as it is written. What
// its user has cancelled is not to be launched.

const unresolved = /\$\{(input|command):/;

export class CancelledVariables {
  #has = false;

  /** The user has cancelled a variable of ours. */
  add(): void {
    this.#has = true;
  }

  /** Whether this is what wanted it. To be asked once, about each configuration that would be launched next. */
  wereWantedBy(configuration: object): boolean {
    const had = this.#has;
    this.#has = false;
    return had && unresolved.test(JSON.stringify(configuration));
  }
}
