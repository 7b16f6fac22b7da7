// Every error of a tunnel as data: a code with the facts that belong to it, and no words. The words and the explanation
// of each code stand beside its facts, in the other files of this folder and below it.
import { english } from '../util/l10n';
import type { Localizer } from '../util/l10n';
import { addressInUseTexts } from './forwards/addressInUse';
import type { AddressInUseError } from './forwards/addressInUse';
import { algorithmTexts } from './ssh/algorithms';
import type { AlgorithmError } from './ssh/algorithms';
import { authTexts } from './ssh/auth';
import type { AuthError } from './ssh/auth';
import { authenticationCancelledTexts } from './ssh/authenticationCancelled';
import type { AuthenticationCancelledError } from './ssh/authenticationCancelled';
import { connectTexts } from './ssh/connect';
import type { ConnectError } from './ssh/connect';
import { consentTexts } from './consent';
import type { ConsentError } from './consent';
import { daemonTexts } from './daemon';
import type { DaemonError } from './daemon';
import { controlMasterDetail, controlMasterNextStep, controlMasterStep } from './ssh/controlMaster';
import type { WithControlMaster } from './ssh/controlMaster';
import { definitionTexts } from './definition';
import type { DefinitionError } from './definition';
import { here } from './explanation';
import type { Circumstances, ErrorTexts, ErrorWords, Explanation, TextsByCode } from './explanation';
import { forwardingTexts } from './forwards/forwardingDisabled';
import type { ForwardingError } from './forwards/forwardingDisabled';
import { loginRefusedTexts } from './ssh/loginRefused';
import type { LoginRefusedError } from './ssh/loginRefused';
import { serverLimitTexts } from './forwards/serverLimit';
import type { ServerLimitError } from './forwards/serverLimit';
import { sshHandshakeTexts } from './ssh/sshHandshake';
import type { SshHandshakeError } from './ssh/sshHandshake';
import { hostKeyTexts } from './ssh/hostKeys/hostKey';
import type { HostKeyError } from './ssh/hostKeys/hostKey';
import { localListenTexts } from './forwards/localListen';
import type { LocalListenError } from './forwards/localListen';
import { connectionLostTexts } from './ssh/connectionLost';
import type { ConnectionLostError } from './ssh/connectionLost';
import { jumpHostTexts } from './ssh/jumpHost';
import type { JumpHostError } from './ssh/jumpHost';
import { remoteListenTexts } from './forwards/remoteListen';
import type { RemoteListenError } from './forwards/remoteListen';
import { targetTexts } from './forwards/target';
import type { TargetError } from './forwards/target';
import { programTexts } from './forwards/program';
import type { ProgramError } from './forwards/program';
import { x11Texts } from './forwards/x11';
import type { X11Error } from './forwards/x11';

export type TunnelError = WithControlMaster & TunnelErrorByCode;

type TunnelErrorByCode =
  | ConnectError
  | JumpHostError
  | SshHandshakeError
  | AlgorithmError
  | ConnectionLostError
  | HostKeyError
  | AuthError
  | AuthenticationCancelledError
  | LoginRefusedError
  | AddressInUseError
  | LocalListenError
  | RemoteListenError
  | ForwardingError
  | TargetError
  | ServerLimitError
  | ProgramError
  | X11Error
  | ConsentError
  | DefinitionError
  | DaemonError;

export type TunnelErrorCode = TunnelError['code'];

const textsByCode: TextsByCode<TunnelError> = {
  ...connectTexts,
  ...jumpHostTexts,
  ...sshHandshakeTexts,
  ...algorithmTexts,
  ...connectionLostTexts,
  ...hostKeyTexts,
  ...authTexts,
  ...authenticationCancelledTexts,
  ...loginRefusedTexts,
  ...addressInUseTexts,
  ...localListenTexts,
  ...remoteListenTexts,
  ...forwardingTexts,
  ...targetTexts,
  ...serverLimitTexts,
  ...programTexts,
  ...x11Texts,
  ...consentTexts,
  ...definitionTexts,
  ...daemonTexts,
};

/** retried: it may go away without a change, so the tunnel reconnects automatically. connection: of one connection. */
type Lifetime = 'retried' | 'final' | 'connection';

const lifetimes: Readonly<Record<TunnelErrorCode, Lifetime>> = {
  HostNotFound: 'retried',
  ConnectionRefused: 'retried',
  ConnectTimeout: 'retried',
  HostUnreachable: 'retried',
  ConnectionLost: 'retried',
  KeepAliveTimeout: 'retried',
  ServerBusy: 'retried',
  AgentUnavailable: 'retried',
  ProxyFailed: 'retried',
  DaemonLost: 'retried',
  AddressInUse: 'retried',
  AddressNotAvailable: 'retried',
  RemoteListenRefused: 'retried',
  PortPermissionDenied: 'final',
  HostKeyUnknown: 'final',
  HostKeyChanged: 'final',
  HostKeyRevoked: 'final',
  NoCommonAlgorithm: 'final',
  NotAnSshServer: 'final',
  AddressPenalised: 'final',
  AuthenticationFailed: 'final',
  AuthenticationCancelled: 'final',
  TooManyAuthenticationFailures: 'final',
  LoginRefused: 'final',
  KeyUnreadable: 'final',
  KeyUnsupported: 'final',
  ForwardingDisabled: 'final',
  TargetNotPermitted: 'final',
  X11Disabled: 'final',
  XauthMissing: 'final',
  NoDisplay: 'final',
  DisplayRefused: 'final',
  ProgramNotFound: 'final',
  ProgramFailed: 'final',
  InvalidDefinition: 'final',
  ConsentNeeded: 'final',
  WorkspaceUntrusted: 'final',
  TargetRefused: 'connection',
  TargetNotFound: 'connection',
  TargetUnreachable: 'connection',
  ServerLimit: 'connection',
};

export const errorCodes = Object.keys(lifetimes) as readonly TunnelErrorCode[];

export function isRetryable({ code }: TunnelError): boolean {
  return lifetimes[code] === 'retried';
}

/** @returns undefined for an error of a newer build's daemon, with a code or a kind that this build has no texts for */
function ifKnown<T>(
  { code }: TunnelError,
  make: (texts: ErrorTexts<TunnelError>) => T | undefined,
): T | undefined {
  const texts = (textsByCode as Partial<Record<string, ErrorTexts<TunnelError>>>)[code];
  try {
    return texts && make(texts);
  } catch {
    // It lacks a fact.
    return undefined;
  }
}

/** The words of an error: made where they are shown. */
export function errorWords(error: TunnelError, l10n: Localizer): ErrorWords {
  const words = ifKnown(error, (texts) => texts.words(error, l10n)) ?? {
    message: l10n.t('The tunnel failed with the error {code}.', { code: error.code }),
    nextStep: l10n.t('Reload this window (Developer: Reload Window) to use the new version.'),
  };
  const all = { ...(error.detail === undefined ? {} : { detail: error.detail }), ...words };
  const { controlMaster } = error;
  if (!controlMaster) {
    return all;
  }
  const detail = [all.detail, controlMasterDetail(controlMaster, l10n)].filter((text) => text !== undefined);
  return {
    ...all,
    detail: detail.join('\n'),
    ...(needsChange(error) && { nextStep: controlMasterNextStep(controlMaster, l10n) }),
  };
}

/** Neither a retry nor an answer helps. */
function needsChange({ code }: TunnelError): boolean {
  return lifetimes[code] === 'final' && code !== 'AuthenticationCancelled' && code !== 'HostKeyUnknown';
}

/** What to do about an error, step by step. */
export function explain(error: TunnelError, circumstances: Circumstances, l10n: Localizer): Explanation {
  const explanation = ifKnown(error, (texts) => texts.explain(error, circumstances, l10n)) ?? {
    steps: [here(errorWords(error, l10n).nextStep)],
    actions: ['tryAgain', 'showLog'],
  };
  const { controlMaster } = error;
  return controlMaster
    ? {
        ...explanation,
        steps: [controlMasterStep(controlMaster, circumstances, l10n), ...explanation.steps],
      }
    : explanation;
}

/** A TunnelError as an exception. Its message is English, for the log. */
export class TunnelFailure extends Error {
  readonly error: TunnelError;

  constructor(error: TunnelError, options?: ErrorOptions) {
    super(errorWords(error, english).message, options);
    this.name = 'TunnelFailure';
    this.error = error;
  }

  get code(): TunnelErrorCode {
    return this.error.code;
  }
}
