// What can be wrong with a command line: what has to be mended, and what ssh understands but a tunnel can't be told.
import type { SyntaxProblem } from '../../util/text';

/** A line of a Host block: a keyword of ssh_config(5), and its value as it stands there, quotes and all. */
export interface ConfigOption {
  readonly keyword: string;
  readonly value: string;
}

/** Its message is a sentence, its place one in the whole line. */
export interface LineProblem extends SyntaxProblem {
  /** Present where the rest makes a tunnel without it. */
  readonly leaveOut?: {
    /** As people write it: `-i`, `-o Ciphers`. */
    readonly option: string;
    /** What says the same in the user's own ssh_config. */
    readonly configOption?: ConfigOption;
  };
}
