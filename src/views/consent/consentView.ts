// The consent page as plain data: all tunnels that need the user's consent.
import { l10n } from 'vscode';
import type { ButtonView, ConsentView, ReviewedTunnelView } from '../webview/pageData';
import { compareWithAllowed } from './consentDiff';
import type { ConsentDiff } from './consentDiff';
import { consentNotice } from './consentLines';

export type Verdict = 'allowed' | 'notAllowed' | 'untrusted';

/** One tunnel of the list. */
export interface ReviewedTunnel {
  readonly id: string;
  readonly sheet: ConsentDiff;
  readonly verdict: Verdict;
  /** Where it is defined. */
  readonly origin: string;
  /** Set once the SSH config has resolved the tunnel, so that it can be allowed. A new number after each change. */
  readonly version?: number;
  /** Why it can't be resolved. */
  readonly fault?: string;
  /** Once allowed, it doesn't start automatically but can be started. */
  readonly needsManualStart: boolean;
}

export type ConsentAct = 'allow' | 'allowAndStart' | 'revoke' | 'manageTrust' | 'allowAll';

/** The action of a button, for exactly the tunnels as they were shown with it. */
export interface ConsentAction {
  readonly act: ConsentAct;
  readonly tunnels: readonly ReviewedTunnel[];
}

export interface ConsentPage {
  readonly view: ConsentView;
  /** By button id. */
  readonly actions: ReadonlyMap<string, ConsentAction>;
}

function labelOf(act: ConsentAct, count: number): string {
  switch (act) {
    case 'allow':
      return l10n.t('Allow');
    case 'allowAndStart':
      return l10n.t('Allow and Start');
    case 'revoke':
      return l10n.t('Revoke');
    case 'manageTrust':
      return l10n.t('Manage Workspace Trust');
    case 'allowAll':
      return l10n.t('Allow {count} Tunnels', { count });
  }
}

/** @param where the remote machine that opens the ports, in a remote window */
export function consentPage(all: readonly ReviewedTunnel[], where: string | undefined): ConsentPage {
  const actions = new Map<string, ConsentAction>();
  // The id includes the version shown, so a click that arrives after a change matches no button.
  const button = (act: ConsentAct, tunnels: readonly ReviewedTunnel[]): ButtonView => {
    const id = `${act} ${tunnels.map((tunnel) => `${tunnel.id} ${tunnel.version ?? ''}`).join(' ')}`;
    actions.set(id, { act, tunnels });
    return { id, label: labelOf(act, tunnels.length), ...(act === 'revoke' && { isSecondary: true }) };
  };
  const allowable = all.filter(isAllowable);
  const isSettled = all.length > 0 && all.every(({ verdict }) => verdict === 'allowed');
  const view: ConsentView = {
    title: isSettled ? l10n.t('You have allowed these tunnels') : l10n.t('Tunnels that need your consent'),
    notes: [
      ...(where === undefined ? [] : [l10n.t('The ports will be opened on {machine}.', { machine: where })]),
      all.length === 0
        ? l10n.t('No tunnels need consent. Your own tunnels need it only if they are open to a network.')
        : isSettled
          ? l10n.t('They need no question until one of them changes. Revoke stops a tunnel, and asks again.')
          : consentNotice(),
    ],
    changeLabels: { added: l10n.t('Added:'), removed: l10n.t('Removed:') },
    buttons: allowable.length > 1 ? [button('allowAll', allowable)] : [],
    tunnels: all.map((tunnel) => ({
      key: tunnel.id,
      title: tunnel.sheet.name,
      origin: tunnel.origin,
      ...look(tunnel),
      lines: compareWithAllowed(tunnel.sheet),
      ...note(tunnel),
      buttons: actionsFor(tunnel).map((act) => button(act, [tunnel])),
    })),
  };
  return { view, actions };
}

function isAllowable({ verdict, version }: ReviewedTunnel): boolean {
  return verdict === 'notAllowed' && version !== undefined;
}

function actionsFor(tunnel: ReviewedTunnel): readonly ConsentAct[] {
  switch (tunnel.verdict) {
    case 'untrusted':
      return ['manageTrust'];
    case 'allowed':
      return ['revoke'];
    case 'notAllowed':
      return [
        ...(isAllowable(tunnel)
          ? (['allow', ...(tunnel.needsManualStart ? (['allowAndStart'] as const) : [])] as const)
          : []),
        ...(tunnel.sheet.before ? (['revoke'] as const) : []),
      ];
  }
}

function look({ verdict, sheet }: ReviewedTunnel): Pick<ReviewedTunnelView, 'state' | 'tint'> {
  switch (verdict) {
    case 'untrusted':
      return { state: l10n.t('The workspace is not trusted.'), tint: 'charts.yellow' };
    case 'allowed':
      return { state: l10n.t('Allowed.'), tint: 'charts.green' };
    case 'notAllowed':
      return sheet.before
        ? { state: l10n.t('Changed since you allowed it.'), tint: 'charts.yellow' }
        : { state: l10n.t('Not allowed.'), tint: 'disabledForeground' };
  }
}

function note({ verdict, version, fault }: ReviewedTunnel): Pick<ReviewedTunnelView, 'note'> {
  if (verdict === 'untrusted') {
    return { note: l10n.t("Its hosts aren't looked up in your SSH config until you trust the workspace.") };
  }
  if (fault !== undefined) {
    return { note: l10n.t("It can't be allowed yet. {reason}", { reason: fault }) };
  }
  return version === undefined && verdict === 'notAllowed'
    ? { note: l10n.t('Looking it up in your SSH config…') }
    : {};
}
