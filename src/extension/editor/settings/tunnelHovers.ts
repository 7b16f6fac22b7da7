// The hover over a tunnel or a forward of a settings file: what its row in the Tunnels view shows.
import { getLocation, getNodeValue } from 'jsonc-parser';
import type { JSONPath } from 'jsonc-parser';
import * as vscode from 'vscode';
import { forwardPaths } from '../../../tunnels/config/parsing/parseForward';
import type { TunnelSnapshot } from '../../../tunnels/model/snapshot';
import { isRecord } from '../../../tunnels/util/parsing';
import { forwardNode, tunnelNode } from '../../../views/tree/nodes';
import { tooltipOf } from '../../../views/tree/tooltips';
import { hover } from '../../../views/tree/treeItems';
import { parseSettings } from '../../settings/parseSettings';
import { settingsFiles, writtenTunnels } from '../../settings/settingsText';
import type { WrittenTunnel } from '../../settings/settingsText';
import type { LensOptions } from './tunnelLenses';

export function registerTunnelHovers({ model, configured }: LensOptions): vscode.Disposable {
  return vscode.languages.registerHoverProvider(settingsFiles, {
    provideHover: (document, position) => {
      const text = document.getText();
      const root = parseSettings(text);
      if (!root) {
        return undefined;
      }
      const { path } = getLocation(text, document.offsetAt(position));
      const written = writtenTunnels(document, root, configured()).find((each) => isBelow(path, each.path));
      const tunnel = model.tunnels.find(({ id }) => id === written?.id);
      const node = written && tunnel && nodeAt(path.slice(written.path.length), written, tunnel);
      const tooltip = node && tooltipOf(node, tunnel, Date.now());
      return tooltip && new vscode.Hover(hover(tooltip));
    },
  });
}

function isBelow(path: JSONPath, start: JSONPath): boolean {
  return start.every((step, index) => path[index] === step);
}

/** @param inside the path inside the tunnel. Other properties have a description of their own. */
function nodeAt(
  inside: JSONPath,
  { value }: WrittenTunnel,
  tunnel: TunnelSnapshot,
): ReturnType<typeof tunnelNode> | ReturnType<typeof forwardNode> | undefined {
  if (inside.length === 0) {
    return tunnelNode(tunnel.id);
  }
  const written: unknown = getNodeValue(value);
  const paths = isRecord(written) ? forwardPaths(written) : [];
  const index = paths.findIndex((path) => isBelow(inside, [...path]));
  const forward = tunnel.forwards[index];
  return forward && forwardNode(tunnel.id, forward.forward.label);
}
