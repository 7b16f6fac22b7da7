// The error of an invalid tunnel, in the settings or in an ssh_config.
import { deferred as l10n, localize } from '../util/l10n';
import type { Message } from '../util/l10n';
import { unquoted } from '../util/shown';
import type { Shown } from '../util/shown';
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

/** A forward with a Unix socket of this machine, which Windows doesn't have. */
export function socketOnWindows(fault: {
  readonly problem: Message;
  readonly nextStep: Message;
}): DefinitionError {
  return invalidDefinition(fault.problem, fault.nextStep);
}

/** @param code of the system, or `hidden` */
export function unusableSocketPath(path: string, code: string): DefinitionError {
  return invalidDefinition(
    unusablePathProblem(unquoted(path), code),
    l10n.t('Use another path, or correct it on this machine.'),
  );
}

function unusablePathProblem(path: Shown, code: string): Message {
  switch (code) {
    case 'ELOOP':
      return l10n.t("{path} can't be used: its symbolic links lead in a circle.", { path });
    case 'ENOTDIR':
      return l10n.t("{path} can't be used: a part of it is a file, not a folder.", { path });
    case 'EACCES':
    case 'EPERM':
      return l10n.t("{path} can't be used: you have no permission to enter one of its folders.", { path });
    case 'hidden':
      return l10n.t("{path} can't be used: the path it leads to has control or invisible characters.", {
        path,
      });
    case 'ENAMETOOLONG':
      return l10n.t("{path} can't be used: one of its names is too long.", { path });
    default:
      return l10n.t("{path} can't be used: the system can't read it ({code}).", {
        path,
        code: unquoted(code),
      });
  }
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
