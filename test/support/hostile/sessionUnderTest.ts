// Our SSH client inside the test: one session to a server that may do anything, created like in the daemon.
import { longWaitMs } from '../eventually';
import { connectHop } from '../../../src/tunnels/ssh/session/connect';
import type { ConnectOptions } from '../../../src/tunnels/ssh/session/connect';
import type { EffectiveHost } from '../../../src/tunnels/ssh/config/effectiveHost';
import type { Ask } from '../../../src/tunnels/model/prompt';
import type { TunnelError } from '../../../src/tunnels/errors/errors';
import { TunnelFailure } from '../../../src/tunnels/errors/errors';
import type { SshSession } from '../../../src/tunnels/ssh/session/session';
import { logTo } from '../../../src/tunnels/util/log';

export interface SessionUnderTestOptions {
  readonly host?: Partial<EffectiveHost>;
  readonly ask?: Ask;
  readonly log?: (line: string) => void;
  readonly jump?: SshSession;
  readonly signal?: AbortSignal;
  readonly onServerText?: (text: string) => void;
}

export function hostAt(port: number, changes: Partial<EffectiveHost> = {}): EffectiveHost {
  return {
    alias: 'hostile',
    hostName: '127.0.0.1',
    user: 'me',
    port,
    identityFiles: [],
    identityFilesAreDefault: false,
    certificateFiles: [],
    identitiesOnly: true,
    identityAgent: 'none',
    userKnownHostsFiles: ['/dev/null'],
    globalKnownHostsFiles: [],
    knownHostsCommand: undefined,
    revokedHostKeysFiles: [],
    hostKeyAlias: undefined,
    strictHostKeyChecking: 'no',
    hashKnownHosts: false,
    checkHostIp: false,
    verifyHostKeyDns: false,
    tcpKeepAlive: true,
    noHostAuthenticationForLocalhost: true,
    updateHostKeys: 'no',
    hostKeyAlgorithms: undefined,
    caSignatureAlgorithms: ['ssh-ed25519'],
    warnWeakCrypto: true,
    knownHostKeysFirst: true,
    kexAlgorithms: undefined,
    kexAlgorithmsExtendDefault: false,
    ciphers: undefined,
    macs: undefined,
    pubkeyAcceptedAlgorithms: undefined,
    requiredRsaSize: 1024,
    rekeyLimit: { bytes: undefined, seconds: undefined },
    compression: false,
    connectTimeout: 60,
    isConnectTimeoutSet: true,
    controlPath: undefined,
    serverAliveInterval: 0,
    serverAliveCountMax: 3,
    addressFamily: 'any',
    bindAddress: undefined,
    bindInterface: undefined,
    preferredAuthentications: undefined,
    numberOfPasswordPrompts: 3,
    pubkeyAuthentication: true,
    hostBoundSignatures: true,
    passwordAuthentication: true,
    kbdInteractiveAuthentication: true,
    proxyJump: undefined,
    proxyCommand: undefined,
    proxyUseFdpass: false,
    exitOnForwardFailure: false,
    permitRemoteOpen: undefined,
    forwardX11Timeout: 1200,
    xauthLocation: undefined,
    pkcs11Provider: undefined,
    hostbasedAuthentication: false,
    unusedOptions: [],
    ...changes,
  };
}

/** @throws TunnelFailure */
export function connectTo(port: number, options: SessionUnderTestOptions = {}): Promise<SshSession> {
  const { ask, log = () => undefined, jump, signal = new AbortController().signal, onServerText } = options;
  const connecting: ConnectOptions = {
    ask,
    secrets: { recall: () => Promise.resolve(undefined), judged: () => undefined },
    env: {},
    signal,
    onPhase: () => undefined,
    onPromptOpen: () => undefined,
    onProxyCommand: () => undefined,
    onWaitsFor: () => undefined,
    onServerText: (text) => onServerText?.(text),
    log: logTo((_level, line) => log(line)),
  };
  return connectHop(hostAt(port, options.host), 0, jump, connecting);
}

/** The error that it failed with. @throws anything that isn't a TunnelFailure; Error if it comes up */
export async function failureOf(connecting: Promise<SshSession>): Promise<TunnelError> {
  const outcome = await connecting.catch((error: unknown) => error);
  if (outcome instanceof TunnelFailure) {
    return outcome.error;
  }
  if (outcome instanceof Error) {
    throw outcome;
  }
  throw new Error('it is connected');
}

/** The error that a session ends with. @throws Error if it doesn't end in time (milliseconds) */
export function endOf(session: SshSession, within = longWaitMs): Promise<TunnelError> {
  return new Promise((resolve, reject) => {
    if (session.ended) {
      resolve(session.ended);
      return;
    }
    const timer = setTimeout(() => reject(new Error(`it lives on after ${within} ms`)), within);
    session.onClosed((error) => {
      clearTimeout(timer);
      resolve(error);
    });
  });
}
