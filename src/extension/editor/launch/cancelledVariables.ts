// Prevents a launch after the user has cancelled one of our variables. VS Code would still launch, with the literal
// text `${input:…}`.

const unresolved = /\$\{(input|command):/;

export class CancelledVariables {
  #has = false;

  /** The user has cancelled one of our variables. */
  add(): void {
    this.#has = true;
  }

  /** Whether this configuration used the cancelled variable. Call once for each configuration before it is launched. */
  wereUsedBy(configuration: object): boolean {
    const had = this.#has;
    this.#has = false;
    return had && unresolved.test(JSON.stringify(configuration));
  }
}
