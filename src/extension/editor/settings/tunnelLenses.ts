// A CodeLens above each tunnel of a settings file: its state, and what can be done now.
import { findNodeAtLocation, getNodeValue } from 'jsonc-parser';
import type { Node } from 'jsonc-parser';
import * as vscode from 'vscode';
import { forwardPaths } from '../../../tunnels/config/parsing/parseForward';
import type { TunnelSnapshot } from '../../../tunnels/model/snapshot';
import { isRecord } from '../../../tunnels/util/parsing';
import { answerLabel } from '../../../views/details/detailsActions';
import { canUseAnotherPort, tunnelFlags } from '../../../views/tree/contextValues';
import { forwardNode, tunnelNode } from '../../../views/tree/nodes';
import { tunnelLook } from '../../../views/tree/rowViews';
import type { TunnelsModel } from '../../../views/tunnelsModel';
import { withoutIcons } from '../../../views/words/format';
import { describeForward } from '../../../views/words/forwardWords';
import { describeTunnel } from '../../../views/words/tunnelWords';
import { commandIds } from '../../contributions';
import type { ConfiguredTunnel } from '../../settings/configuredTunnel';
import { parseSettings } from '../../settings/parseSettings';
import { settingsFiles, writtenTunnels } from '../../settings/settingsText';

export interface LensOptions {
  readonly model: TunnelsModel;
  readonly configured: () => readonly ConfiguredTunnel[];
}

/** Milliseconds. States that follow each other quickly move the text once. */
const settleMs = 250;

export class TunnelLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #options: LensOptions;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly onDidChangeCodeLenses = this.#changed.event;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LensOptions) {
    this.#options = options;
    this.#subscriptions = [
      this.#changed,
      options.model.onDidChange((change) => {
        if (change.kind === 'structure' || !change.counters) {
          this.#timer ??= setTimeout(() => {
            this.#timer = undefined;
            this.#changed.fire();
          }, settleMs);
        }
      }),
      vscode.languages.registerCodeLensProvider(settingsFiles, this),
    ];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const root = parseSettings(document.getText());
    if (!root) {
      return [];
    }
    const { model, configured } = this.#options;
    const rangeOf = ({ offset, length }: Node): vscode.Range =>
      new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
    return writtenTunnels(document, root, configured()).flatMap(({ id, key, value }) => {
      const tunnel = model.tunnels.find((each) => each.id === id);
      return tunnel
        ? [
            ...actionsOf(tunnel).map((command) => new vscode.CodeLens(rangeOf(key), command)),
            ...portActions(tunnel, value).map(
              ({ node, command }) => new vscode.CodeLens(rangeOf(node), command),
            ),
          ]
        : [];
    });
  }
}

/** The first one shows the state. */
function actionsOf(tunnel: TunnelSnapshot): readonly vscode.Command[] {
  const node = tunnelNode(tunnel.id);
  const action = (command: string, title: string): vscode.Command => ({ command, title, arguments: [node] });
  const { state } = tunnel;
  const flags = tunnelFlags(tunnel);
  // Without a time, or the text would move each second.
  const words = withoutIcons(describeTunnel(tunnel));
  const offers = [
    ['retryable', commandIds.retryNow, vscode.l10n.t('Retry Now')],
    ['startable', commandIds.start, vscode.l10n.t('Start')],
    ['stoppable', commandIds.stop, vscode.l10n.t('Stop')],
    ['explainable', commandIds.explain, vscode.l10n.t('Explain')],
  ] as const;
  return [
    action(commandIds.showDetails, `$(${tunnelLook(tunnel).icon}) ${words}`),
    ...(state.status === 'blocked' ? [action(commandIds.answer, answerLabel(state.need))] : []),
    ...offers.filter(([flag]) => flags.includes(flag)).map(([, command, title]) => action(command, title)),
  ];
}

/** Above a forward whose port is in use. */
function portActions(
  tunnel: TunnelSnapshot,
  value: Node,
): readonly { readonly node: Node; readonly command: vscode.Command }[] {
  const written: unknown = getNodeValue(value);
  const paths = isRecord(written) ? forwardPaths(written) : [];
  return tunnel.forwards.flatMap((forward, index) => {
    if (!canUseAnotherPort(forward, tunnel)) {
      return [];
    }
    const node = findNodeAtLocation(value, [...(paths[index] ?? [])]) ?? value;
    const title = vscode.l10n.t('{problem}: Use Another Port…', {
      problem: withoutIcons(describeForward(forward)),
    });
    return [
      {
        node,
        command: {
          command: commandIds.useAnotherPort,
          title: `$(error) ${title}`,
          arguments: [forwardNode(tunnel.id, forward.forward.label)],
        },
      },
    ];
  });
}
