// The problems of a command line: faults, and options that ssh supports but a tunnel can't have.
import type { SyntaxProblem } from '../../util/text';

/** A line of a Host block: a keyword of ssh_config(5), and its value as written there, with quotes. */
export interface ConfigOption {
  readonly keyword: string;
  readonly value: string;
}

/** Its message is a sentence, its offset one in the whole line. */
export interface LineProblem extends SyntaxProblem {
  /** Present if the rest is a valid tunnel without this option. */
  readonly leaveOut?: {
    /** The option for display: `-i`, `-o Ciphers`. */
    readonly option: string;
    /** The equivalent line for the user's ssh_config. */
    readonly configOption?: ConfigOption;
  };
}
