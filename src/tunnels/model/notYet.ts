// The one place that lists what this version understands of a tunnel but can't do yet.
import type { DefinitionProblem, TunnelDefinition } from './definition';

interface Gap {
  readonly key: string;
  readonly message: string;
  readonly isWanted: (definition: TunnelDefinition) => boolean;
}

const gaps: readonly Gap[] = [
  {
    key: 'x11Programs',
    message: 'This version runs no programs of the server; x11Programs comes later.',
    isWanted: ({ x11Programs }) => x11Programs.length > 0,
  },
];

export function notYetSupported(definition: TunnelDefinition): DefinitionProblem[] {
  return gaps.filter((gap) => gap.isWanted(definition)).map(({ key, message }) => ({ path: [key], message }));
}
