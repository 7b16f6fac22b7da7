// The list of all tunnels that need a person's consent, as plain data for the page that shows it.
import { formatCount } from '../words/format';
import type { ButtonView } from '../page/buttonView';
import type { Tint } from '../tree/rows';
import { compared } from './consentSheet';
import type { ConsentSheet, SheetLine } from './consentSheet';
import { whatAllowMeans } from './consentLines';

export type Verdict = 'allowed' | 'notAllowed' | 'untrusted';

/** One tunnel of the list. */
export interface Reviewed {
  readonly id: string;
  readonly sheet: ConsentSheet;
  readonly verdict: Verdict;
  /** From whose settings, as in "folder shop". */
  readonly origin: string;
  /** What it means on this machine is known: it can be allowed. Another number whenever that has changed. */
  readonly version?: number;
  /** Why that can't be found out. */
  readonly fault?: string;
  /** Allowed, it would not start by itself, but could be started. */
  readonly waitsForStart: boolean;
}

export type ConsentAct = 'allow' | 'allowAndStart' | 'revoke' | 'manageTrust' | 'allowAll';

/** What a button stands for: just what was shown beside it. */
export interface ConsentAction {
  readonly act: ConsentAct;
  readonly tunnels: readonly Reviewed[];
}

export interface ReviewedView {
  readonly key: string;
  readonly title: string;
  readonly origin: string;
  readonly state: string;
  readonly tint: Tint;
  readonly lines: readonly SheetLine[];
  readonly note?: string;
  readonly buttons: readonly ButtonView[];
}

export interface ConsentView {
  readonly title: string;
  readonly notes: readonly string[];
  readonly buttons: readonly ButtonView[];
  readonly tunnels: readonly ReviewedView[];
}

export interface ConsentPage {
  readonly view: ConsentView;
  /** By the id of the button. */
  readonly actions: ReadonlyMap<string, ConsentAction>;
}

const labels: Readonly<Record<ConsentAct, string>> = {
  allow: 'Allow',
  allowAndStart: 'Allow and Start',
  revoke: 'Take Back',
  manageTrust: 'Manage Workspace Trust',
  allowAll: 'Allow All',
};

/** @param where the machine on which the ports are opened, where that is not the desktop */
export function consentPage(all: readonly Reviewed[], where: string | undefined): ConsentPage {
  const actions = new Map<string, ConsentAction>();
  // With what was shown in its id, a press that comes after a change is one of no button any more.
  const button = (act: ConsentAct, tunnels: readonly Reviewed[], label = labels[act]): ButtonView => {
    const id = `${act} ${tunnels.map((tunnel) => `${tunnel.id} ${tunnel.version ?? ''}`).join(' ')}`;
    actions.set(id, { act, tunnels });
    return { id, label };
  };
  const allowable = all.filter(isAllowable);
  const view: ConsentView = {
    title: 'Tunnels that need your consent',
    notes: [
      ...(where === undefined ? [] : [`The ports are opened on ${where}.`]),
      all.length === 0
        ? 'There are none here: your own tunnels need none unless they are open to a network.'
        : whatAllowMeans,
    ],
    buttons:
      allowable.length > 1
        ? [button('allowAll', allowable, `Allow ${formatCount(allowable.length, 'Tunnel')}`)]
        : [],
    tunnels: all.map((tunnel) => ({
      key: tunnel.id,
      title: tunnel.sheet.name,
      origin: tunnel.origin,
      ...look(tunnel),
      lines: compared(tunnel.sheet),
      ...note(tunnel),
      buttons: actsFor(tunnel).map((act) => button(act, [tunnel])),
    })),
  };
  return { view, actions };
}

function isAllowable({ verdict, version }: Reviewed): boolean {
  return verdict === 'notAllowed' && version !== undefined;
}

function actsFor(tunnel: Reviewed): readonly ConsentAct[] {
  switch (tunnel.verdict) {
    case 'untrusted':
      return ['manageTrust'];
    case 'allowed':
      return ['revoke'];
    case 'notAllowed':
      return [
        ...(isAllowable(tunnel)
          ? (['allow', ...(tunnel.waitsForStart ? (['allowAndStart'] as const) : [])] as const)
          : []),
        ...(tunnel.sheet.before ? (['revoke'] as const) : []),
      ];
  }
}

function look({ verdict, sheet }: Reviewed): Pick<ReviewedView, 'state' | 'tint'> {
  switch (verdict) {
    case 'untrusted':
      return { state: 'The workspace is not trusted.', tint: 'charts.yellow' };
    case 'allowed':
      return { state: 'Allowed.', tint: 'charts.green' };
    case 'notAllowed':
      return sheet.before
        ? { state: 'Changed since you allowed it.', tint: 'charts.yellow' }
        : { state: 'Not allowed.', tint: 'disabledForeground' };
  }
}

function note({ verdict, version, fault }: Reviewed): Pick<ReviewedView, 'note'> {
  if (verdict === 'untrusted') {
    return { note: 'What it means on this machine is not looked up before the workspace is trusted.' };
  }
  if (fault !== undefined) {
    return { note: `It can't be allowed yet. ${fault}` };
  }
  return version === undefined && verdict === 'notAllowed'
    ? { note: 'Finding out what it means on this machine…' }
    : {};
}
