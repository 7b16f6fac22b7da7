// What a stage prints, kept back while another is being shown.

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

  /** What is kept back. */
  get kept() {
    return this.#kept;
  }

  /** From now on at once. */
  show() {
    this.#shown = true;
    process.stdout.write(this.#kept);
    this.#kept = '';
  }
}
