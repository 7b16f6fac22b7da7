// The error of an invalid tunnel, in the settings or in an ssh_config.
import { localize } from '../util/l10n';
import type { Message } from '../util/l10n';
import { here, reported } from './explanation';
import type { Reported, TextsByCode } from './explanation';

export type DefinitionError = Reported & InvalidDefinition;

interface InvalidDefinition {
  readonly code: 'InvalidDefinition';
  /** As the parsers of the settings and of ssh_config report them. */
  readonly problem: Message;
  readonly nextStep: Message;
}

export function invalidDefinition(problem: Message, nextStep: Message, detail?: string): DefinitionError {
  return { code: 'InvalidDefinition', problem, nextStep, ...reported(detail) };
}

export const definitionTexts: TextsByCode<DefinitionError> = {
  InvalidDefinition: {
    words: ({ problem, nextStep }, l10n) => ({
      message: localize(problem, l10n),
      nextStep: localize(nextStep, l10n),
    }),
    explain: ({ nextStep }, _circumstances, l10n) => ({
      steps: [here(localize(nextStep, l10n))],
      actions: ['edit', 'openSshConfig'],
    }),
  },
};
