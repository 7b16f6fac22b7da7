// Whether a tunnel may run and whether it starts automatically, from trust, consent and autoStart. Every start goes
// through here.
import { isForPrograms, opensWide } from '../../tunnels/config/definition';
import { consentSubject, entrySubject } from '../../tunnels/config/consentSubject';
import type { TunnelDefinition, TunnelEntry } from '../../tunnels/config/definition';
import type { TunnelError } from '../../tunnels/errors/errors';
import { consentNeeded, workspaceUntrusted } from '../../tunnels/errors/consent';
import type { SocketLink } from '../../tunnels/daemon/protocol/protocol';
import type { Origin } from '../../tunnels/model/snapshot';
import { consentedEntry, isFromWorkspace } from '../settings/configuredTunnel';
import type { ValidTunnel } from '../settings/configuredTunnel';
import type { Consent } from './workspaceStorage';

export interface PermissionContext {
  readonly trusted: boolean;
  /** The extension doesn't run on the desktop. */
  readonly remote: boolean;
  readonly autoStart: 'ask' | 'on' | 'off';
}

export interface Candidate {
  readonly name: string;
  readonly origin: Origin;
  readonly entry: TunnelEntry;
  /** subjectOf() the tunnel. A consent must have the same subject. */
  readonly subject: string;
  readonly consent: Consent | undefined;
  /** The user stopped it in this workspace. */
  readonly stopped: boolean;
  /** The user has disabled it in sshTunnels.overrides. */
  readonly disabled: boolean;
}

export type Permission =
  /**
   * consent: the hash that the daemon must compute too, if consent was needed. socketLinks: what the user allowed, also
   * if they have waived the question since.
   */
  | { readonly granted: true; readonly consent?: string; readonly socketLinks?: readonly SocketLink[] }
  | { readonly granted: false; readonly need: 'trust' | 'consent'; readonly error: TunnelError };

export function permissionFor(candidate: Candidate, context: PermissionContext): Permission {
  const { name, entry, subject, consent } = candidate;
  if (isFromWorkspace(candidate.origin) && !context.trusted) {
    return { granted: false, need: 'trust', error: workspaceUntrusted(name) };
  }
  const given = consent?.subject === subject ? consent : undefined;
  const links = given?.socketLinks && { socketLinks: given.socketLinks };
  if (!needsConsent(candidate.origin, entry.definition, context)) {
    return { granted: true, ...links };
  }
  if (given) {
    return { granted: true, consent: given.hash, ...links };
  }
  return {
    granted: false,
    need: 'consent',
    error: consentNeeded(name, consent === undefined ? 'new' : 'changed'),
  };
}

/** Consent key: equal keys need only one consent. */
export function subjectOf(tunnel: Pick<ValidTunnel, 'origin' | 'entry' | 'projectEntry'>): string {
  const entry = consentedEntry(tunnel);
  return isFromWorkspace(tunnel.origin) ? entrySubject(entry) : consentSubject(entry.definition);
}

/**
 * A tunnel of a workspace needs consent, unless `autoStart` is "on"; its programs always do. A tunnel that a network
 * can reach needs consent in the user's settings too.
 */
function needsConsent(
  origin: Origin,
  definition: TunnelDefinition,
  { autoStart }: Pick<PermissionContext, 'autoStart'>,
): boolean {
  return (
    opensWide(definition) ||
    (isFromWorkspace(origin) && (autoStart !== 'on' || definition.x11Programs.length > 0))
  );
}

/** Whether consent for the tunnel can be given and revoked. */
export function isConsentable(
  { origin, entry }: ValidTunnel,
  context: Pick<PermissionContext, 'autoStart'>,
): boolean {
  return needsConsent(origin, entry.definition, context);
}

export function startsAutomatically(candidate: Candidate, context: PermissionContext): boolean {
  const { entry, stopped, disabled } = candidate;
  if (stopped || disabled || context.autoStart === 'off' || entry.autoStart === false) {
    return false;
  }
  if (isForPrograms(entry.definition)) {
    // It connects when a program is run. There is nothing to start before that.
    return false;
  }
  return !staysLocal(candidate, context);
}

/** Whether it is the user's own for local windows, and this is a remote one. */
export function staysLocal(
  { origin, entry }: Pick<Candidate, 'origin' | 'entry'>,
  { remote }: Pick<PermissionContext, 'remote'>,
): boolean {
  return !isFromWorkspace(origin) && remote && entry.runIn !== 'everywhere';
}
