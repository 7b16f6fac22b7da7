// What to do about a tunnel that is not even tried, or whose process has gone.
import { here } from '../explanation';
import type { Case, Explanation } from '../explanation';

export function invalidDefinition({ error }: Case): Explanation {
  return { steps: [here(error.nextStep)], actions: ['edit', 'openSshConfig'] };
}

export function consentNeeded({ error }: Case): Explanation {
  return {
    steps: [
      here(error.nextStep),
      here('A tunnel that comes with a project opens ports of this machine: that is yours to allow.'),
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
