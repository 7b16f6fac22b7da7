// Gathers what is wrong with a setting: all of it at once, but no more than anybody reads.
import type { DefinitionProblem } from './definition';
import type { Report } from './recordReader';

const most = 50;

export class ProblemList {
  readonly problems: DefinitionProblem[] = [];

  readonly report: Report = (path, message, at) => {
    if (this.problems.length < most) {
      this.problems.push({ path, message, ...(at !== undefined && { at }) });
    } else if (this.problems.length === most) {
      this.problems.push({ path: [], message: 'There is more wrong with it: mend this first.' });
    }
  };
}
