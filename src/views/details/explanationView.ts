// Explains one error, as plain data: what happened, what was tried, the server's response, and how to fix it on each side.
import { l10n } from 'vscode';
import type { ConfigLocation } from '../../tunnels/config/definition';
import { describeAttempt } from '../../tunnels/errors/ssh/loginFacts';
import { errorWords, explain } from '../../tunnels/errors/errors';
import type { TunnelError } from '../../tunnels/errors/errors';
import type { ExplainAction, Step } from '../../tunnels/errors/explanation';
import { shortDestination } from '../words/exactText';
import { formatAddress, isSocketPath } from '../../tunnels/util/address';
import type { ForwardSnapshot, TunnelSnapshot } from '../../tunnels/model/snapshot';
import { errorOf } from '../../tunnels/model/state';
import { holderOf, canUseAnotherPort, tunnelFlags } from '../tree/contextValues';
import { asSentence, formatAgo, formatTime, plainLines, plainText } from '../words/format';
import { forwardTitle } from '../words/forwardWords';
import type { ButtonView, ExplanationView, StepView } from '../webview/pageData';
import type { ActionTable, DetailsAction, DetailsCommand } from './detailsActions';
import { programButton, programSubject } from './programExplanation';
import type { Subject, ViewFacts } from './detailsTypes';

export const tunnelKey = 'tunnel';

export function forwardSectionKey(label: string): string {
  return `forward:${label}`;
}

/** In this order: the errors of the tunnel, of its forwards, of single connections, and of its programs. */
export function explanations(
  tunnel: TunnelSnapshot,
  facts: ViewFacts,
  actions: ActionTable,
): ExplanationView[] {
  return subjectsOf(tunnel).map((subject) => explanationView(tunnel, subject, facts, actions));
}

/** All errors of the tunnel. */
export function subjectsOf(tunnel: TunnelSnapshot): readonly Subject[] {
  const own = tunnel.problems.length > 0 ? undefined : errorOf(tunnel.state);
  const failed = tunnel.forwards.flatMap((forward): Subject[] =>
    forward.state.status === 'failed'
      ? [
          {
            ...subjectOf(forward),
            title: closedTitle(forward),
            error: forward.state.error,
          },
        ]
      : [],
  );
  const withLastError = tunnel.forwards.flatMap((forward): Subject[] => {
    const { state } = forward;
    return state.status === 'listening' && state.lastError
      ? [
          {
            ...subjectOf(forward),
            title: lastConnectionTitle(forward),
            error: state.lastError,
            ...(state.lastErrorAt === undefined ? {} : { at: state.lastErrorAt }),
          },
        ]
      : [];
  });
  return [
    ...(own ? [{ key: tunnelKey, title: tunnelTitle(tunnel), error: own }] : []),
    ...failed,
    ...withLastError,
    ...tunnel.programs.flatMap(programSubject),
  ];
}

function closedTitle(snapshot: ForwardSnapshot): string {
  const forward = forwardTitle(snapshot);
  return isPort(forward)
    ? l10n.t("Why port {port} isn't open", { port: forward })
    : l10n.t('Why "{forward}" isn\'t open', { forward });
}

function lastConnectionTitle(snapshot: ForwardSnapshot): string {
  const forward = forwardTitle(snapshot);
  return isPort(forward)
    ? l10n.t('Why the last connection through port {port} failed', { port: forward })
    : l10n.t('Why the last connection through "{forward}" failed', { forward });
}

function isPort(title: string): boolean {
  return /^\d+$/.test(title);
}

function subjectOf(forward: ForwardSnapshot): Pick<Subject, 'key' | 'forward'> {
  return { key: forwardSectionKey(forward.forward.label), forward };
}

function tunnelTitle({ state }: TunnelSnapshot): string {
  switch (state.status) {
    case 'blocked':
      return l10n.t('What the tunnel needs');
    case 'waiting':
      return l10n.t("Why it's reconnecting");
    default:
      return l10n.t('Why the tunnel is down');
  }
}

function explanationView(
  tunnel: TunnelSnapshot,
  subject: Subject,
  facts: ViewFacts,
  actions: ActionTable,
): ExplanationView {
  const { key, title, error, forward, at } = subject;
  const { entry } = tunnel;
  const destination = entry?.definition.destination;
  const { steps, actions: offered } = explain(
    error,
    {
      platform: facts.platform,
      destination,
      ...(forward ? { forward: forward.forward } : {}),
      forwards: tunnel.forwards.map((each) => each.forward),
    },
    l10n,
  );
  const words = errorWords(error, l10n);
  const server = destination && plainText(shortDestination(destination));
  return {
    key,
    title,
    ...(at === undefined ? {} : { when: asSentence(formatAgo(at, facts.now, facts.locale)) }),
    message: plainText(words.message),
    nextStep: plainText(words.nextStep),
    tried: describeTried(tunnel, subject, facts),
    ...(words.detail === undefined ? {} : { detail: plainText(words.detail) }),
    sides: [
      { title: l10n.t('On this machine'), steps: stepViews(key, 'here', steps, actions) },
      {
        title:
          server === undefined ? l10n.t('On the server') : l10n.t('On the server ({server})', { server }),
        steps: stepViews(key, 'server', steps, actions),
      },
    ].filter((side) => side.steps.length > 0),
    buttons: offered.flatMap((action) => buttonFor(tunnel, subject, action, actions) ?? []),
  };
}

function stepViews(
  key: string,
  side: Step['side'],
  steps: readonly Step[],
  actions: ActionTable,
): readonly StepView[] {
  return steps
    .filter((step) => step.side === side)
    .map(({ text, code }, index) => {
      if (code === undefined) {
        return { text };
      }
      // Copy exactly what is shown.
      const plain = plainLines(code);
      const copy: DetailsAction = { kind: 'copy', text: plain };
      const spoken = {
        description: l10n.t('Copy: {text}', { text: plain }),
        confirmation: l10n.t('Copied.'),
      };
      return {
        text,
        code: plain,
        copy: actions.button(`${key}/copy/${side}/${index}`, l10n.t('Copy'), copy, spoken),
      };
    });
}

function describeTried(
  { state }: TunnelSnapshot,
  { key, error }: Subject,
  { locale }: ViewFacts,
): readonly string[] {
  const tried = 'tried' in error ? error.tried : [];
  const lines = tried.map((attempt) => plainText(describeAttempt(attempt, l10n)));
  if (key === tunnelKey && state.status === 'waiting') {
    const time = formatTime(state.retryAt, locale);
    lines.push(
      state.attempt === 1
        ? l10n.t('1 failed attempt. Next try at {time}.', { time })
        : l10n.t('{count} failed attempts. Next try at {time}.', { count: state.attempt, time }),
    );
  }
  if (error.code === 'AddressInUse') {
    lines.push(l10n.t('Listening on {address}.', { address: plainText(formatAddress(error.address)) }));
  }
  return lines;
}

/** @returns undefined if the action isn't possible now */
function buttonFor(
  tunnel: TunnelSnapshot,
  { key, error, forward, program }: Subject,
  action: ExplainAction,
  actions: ActionTable,
): ButtonView | undefined {
  if (program && (action === 'tryAgain' || action === 'edit')) {
    return programButton(tunnel, program, key, action, actions);
  }
  const label = forward?.forward.label;
  const flags = tunnelFlags(tunnel);
  const run = (command: DetailsCommand, isPossible = true): ButtonView | undefined =>
    isPossible ? actions.run(key, command, label) : undefined;
  switch (action) {
    case 'tryAgain':
      return run(retryCommand(flags) ?? 'start', retryCommand(flags) !== undefined);
    case 'answer':
      return actions.answer(key, tunnel.state);
    case 'edit':
      return run('edit', flags.includes('editable'));
    case 'useAnotherPort': {
      const affected = forward ?? forwardOnPort(tunnel, error);
      return affected &&
        (forward === undefined || canUseAnotherPort(affected, tunnel)) &&
        tunnel.origin !== 'sshConfig'
        ? actions.run(key, 'useAnotherPort', affected.forward.label)
        : undefined;
    }
    case 'takeOver': {
      const affected = forward ?? forwardOnPort(tunnel, error);
      return affected && holderOf(affected)
        ? actions.run(key, 'takeOver', affected.forward.label)
        : undefined;
    }
    case 'openFile': {
      const position = filePosition(error);
      const name = position?.file.replace(/^.*[/\\]/s, '');
      return position && name !== undefined
        ? actions.button(`${key}/open`, l10n.t('Open {file}', { file: plainText(name) }), {
            kind: 'open',
            place: position,
          })
        : undefined;
    }
    case 'openSshConfig':
    case 'reviewConsent':
    case 'manageTrust':
    case 'showLog':
      return run(action);
  }
}

function retryCommand(flags: readonly string[]): DetailsCommand | undefined {
  if (flags.includes('retryable')) {
    return 'retryNow';
  }
  if (flags.includes('restartable')) {
    return 'restart';
  }
  return flags.includes('startable') ? 'start' : undefined;
}

/** The line of a file of host keys or of an ssh_config. */
function filePosition(error: TunnelError): ConfigLocation | undefined {
  switch (error.code) {
    case 'HostKeyChanged':
      return error.known && { file: error.known.file, line: error.known.line };
    case 'HostKeyRevoked':
      return { file: error.file, line: error.line ?? 1 };
    case 'InvalidDefinition':
      return error.at;
    default:
      return undefined;
  }
}

/** The forward whose port made the whole tunnel fail, because of exitOnForwardFailure. */
function forwardOnPort({ forwards }: TunnelSnapshot, error: TunnelError): ForwardSnapshot | undefined {
  if (error.code !== 'AddressInUse' && error.code !== 'PortPermissionDenied') {
    return undefined;
  }
  const { address } = error;
  return forwards.find(
    ({ forward: { kind, listen } }) =>
      kind !== 'remote' &&
      (isSocketPath(address)
        ? 'path' in listen && listen.path === address.path
        : 'port' in listen && listen.port === address.port),
  );
}
