// The output of a stage, buffered while another stage is shown.

export class Transcript {
  #shown = false;
  #kept = '';

  /** @param {string | Buffer} text */
  write(text) {
    if (this.#shown) process.stdout.write(text);
    else this.#kept += text.toString();
  }

  /** @param {string} text */
  line(text) {
    this.write(`${text}\n`);
  }

  /** The buffered output. */
  get kept() {
    return this.#kept;
  }

  /** Prints the buffered output, and from now on all output at once. */
  show() {
    this.#shown = true;
    process.stdout.write(this.#kept);
    this.#kept = '';
  }
}
