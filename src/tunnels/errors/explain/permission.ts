// Explains the errors of a tunnel that is invalid or not allowed, and of a lost daemon.
import { here } from '../explanation';
import type { Case, Explanation } from '../explanation';

export function invalidDefinition({ error }: Case): Explanation {
  return { steps: [here(error.nextStep)], actions: ['edit', 'openSshConfig'] };
}

export function consentNeeded({ error }: Case): Explanation {
  return {
    steps: [
      here(error.nextStep),
      here('A tunnel from a project opens ports on this machine, so it needs your consent.'),
    ],
    actions: ['reviewConsent'],
  };
}

export function workspaceUntrusted({ error }: Case): Explanation {
  return { steps: [here(error.nextStep)], actions: ['manageTrust'] };
}

export function daemonLost({ error }: Case): Explanation {
  return { steps: [here(error.nextStep)], actions: ['tryAgain', 'showLog'] };
}
