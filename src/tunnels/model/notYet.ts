// The one place that lists what this version understands of a tunnel but can't do yet.
import { isSocketPath } from './address';
import type { DefinitionProblem, TunnelDefinition } from './definition';
import type { Forward } from './forward';

function usesSocket(forward: Forward): boolean {
  return forward.kind === 'local' && ('path' in forward.listen || isSocketPath(forward.target));
}

interface Gap {
  readonly key: string;
  readonly message: string;
  readonly isWanted: (definition: TunnelDefinition) => boolean;
}

const gaps: readonly Gap[] = [
  {
    key: 'remoteForward',
    message: 'This version opens no ports on the server; remoteForward comes later.',
    isWanted: ({ forwards }) => forwards.some((forward) => forward.kind === 'remote'),
  },
  {
    key: 'x11Programs',
    message: 'This version runs no programs of the server; x11Programs comes later.',
    isWanted: ({ x11Programs }) => x11Programs.length > 0,
  },
  {
    key: 'localForward',
    message: 'This version forwards TCP ports only; the paths of Unix sockets come later.',
    isWanted: ({ forwards }) => forwards.some(usesSocket),
  },
];

export function notYetSupported(definition: TunnelDefinition): DefinitionProblem[] {
  return gaps.filter((gap) => gap.isWanted(definition)).map(({ key, message }) => ({ path: [key], message }));
}
