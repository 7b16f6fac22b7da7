// The model of the consent page: what it lists and what its buttons do. Only what was shown can be allowed.
import * as vscode from 'vscode';
import { isForPrograms } from '../../tunnels/config/definition';
import { consentPage } from '../../views/consent/consentView';
import type { ConsentAction, ConsentPage, ReviewedTunnel, Verdict } from '../../views/consent/consentView';
import { asSentence, plainText } from '../../views/words/format';
import type { ValidTunnel } from '../settings/configuredTunnel';
import type { ResolvedTunnel, Consents } from './consents';
import type { TunnelManager } from '../tunnels/tunnelManager';
import { subjectOf } from '../tunnels/startPolicy';
import { showMessage } from '../ui/dialogs';
import { explainFailure } from '../tunnels/interactiveStart';
import type { InteractiveStart } from '../tunnels/interactiveStart';

/** What was resolved for a tunnel, as it was in the settings at that time. */
interface Finding {
  readonly subject: string;
  readonly version: number;
  readonly resolved?: ResolvedTunnel;
  readonly fault?: string;
}

export interface ConsentPageOptions {
  readonly manager: TunnelManager;
  readonly consents: Consents;
  readonly interactiveStart: InteractiveStart;
  /** The machine that listens, if it isn't the desktop. */
  readonly where: string | undefined;
}

export class ConsentPageModel implements vscode.Disposable {
  readonly #options: ConsentPageOptions;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #findings = new Map<string, Finding>();
  readonly #subscription: vscode.Disposable;
  #versions = 0;
  #isOpen = false;

  readonly onDidChange = this.#changed.event;

  constructor(options: ConsentPageOptions) {
    this.#options = options;
    this.#subscription = options.manager.onDidChange((change) => {
      if (this.#isOpen && (change.kind === 'structure' || !change.counters)) {
        this.#resolveChanged();
        this.#changed.fire();
      }
    });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  /** The page has been opened. Aliases may mean something else than last time, so all is resolved again. */
  open(): void {
    this.#isOpen = true;
    this.#findings.clear();
    this.#resolveChanged();
  }

  close(): void {
    this.#isOpen = false;
  }

  read(): ConsentPage {
    const { where } = this.#options;
    return consentPage(
      this.#listed.map((tunnel) => this.#reviewed(tunnel)),
      where === undefined ? undefined : plainText(where),
    );
  }

  /** Runs a button's action. Never rejects. */
  async act({ act, tunnels }: ConsentAction): Promise<void> {
    const { manager, consents, interactiveStart } = this.#options;
    try {
      switch (act) {
        case 'manageTrust':
          await vscode.commands.executeCommand('workbench.trust.manage');
          return;
        case 'revoke':
          for (const { id } of tunnels) {
            await consents.revoke(manager.desiredState.get(id));
          }
          break;
        case 'allow':
        case 'allowAll':
        case 'allowAndStart':
          for (const { id, version } of tunnels) {
            const finding = this.#findings.get(id);
            if (finding?.resolved && finding.version === version) {
              await consents.allow(finding.resolved);
            }
          }
      }
      manager.refresh();
      if (act === 'allowAndStart') {
        await Promise.all(tunnels.map(({ id }) => interactiveStart.start(id)));
      }
    } catch (error) {
      void showMessage('error', explainFailure(error));
    }
  }

  /** Resolves tunnels that are new or have changed in the settings. */
  #resolveChanged(): void {
    const { consents } = this.#options;
    for (const tunnel of this.#listed) {
      const { id } = tunnel;
      const subject = subjectOf(tunnel);
      if (this.#findings.get(id)?.subject === subject || this.#isUntrusted(tunnel)) {
        continue;
      }
      const version = ++this.#versions;
      const found = (finding: Pick<Finding, 'resolved' | 'fault'>): void => {
        if (this.#findings.get(id)?.version === version) {
          this.#findings.set(id, { subject, version, ...finding });
          this.#changed.fire();
        }
      };
      this.#findings.set(id, { subject, version });
      consents.resolve(tunnel).then(
        (resolved) => found({ resolved }),
        (error: unknown) => found({ fault: asSentence(plainText(explainFailure(error))) }),
      );
    }
  }

  /** Also those that the daemon refuses although the question is waived: a link leads out of the project. */
  get #listed(): readonly ValidTunnel[] {
    const { desiredState, awaitingConsent } = this.#options.manager;
    return [...new Set([...desiredState.consentable, ...awaitingConsent])];
  }

  #isUntrusted(tunnel: ValidTunnel): boolean {
    const permission = this.#options.manager.desiredState.permission(tunnel);
    return !permission.granted && permission.need === 'trust';
  }

  #reviewed(tunnel: ValidTunnel): ReviewedTunnel {
    const { manager, consents } = this.#options;
    const finding = this.#findings.get(tunnel.id);
    const known = finding?.subject === subjectOf(tunnel) ? finding : undefined;
    const facts = known?.resolved?.facts;
    const verdict = (): Verdict =>
      this.#isUntrusted(tunnel) ? 'untrusted' : consents.isAllowed(tunnel, facts) ? 'allowed' : 'notAllowed';
    return {
      id: tunnel.id,
      sheet: consents.sheet(tunnel, facts),
      verdict: verdict(),
      origin: originSentence(tunnel),
      ...(known?.resolved ? { version: known.version } : {}),
      ...(known?.fault === undefined ? {} : { fault: known.fault }),
      needsManualStart:
        !manager.desiredState.startsAutomatically(tunnel) && !isForPrograms(tunnel.entry.definition),
    };
  }
}

function originSentence({ origin, folder }: ValidTunnel): string {
  switch (origin) {
    case 'user':
      return vscode.l10n.t('From your user settings.');
    case 'workspace':
      return vscode.l10n.t('From the workspace settings.');
    case 'folder':
      return folder === undefined
        ? vscode.l10n.t('From the folder settings.')
        : vscode.l10n.t('From the settings of folder {folder}.', { folder: plainText(folder) });
    case 'sshConfig':
      return vscode.l10n.t('From your SSH config.');
  }
}
