// Finds problems and hints in the tunnels of a settings file, each with its text range.
import { getNodeValue, findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { JSONPath, Node } from 'jsonc-parser';
import type { DefinitionProblem, TunnelDefinition } from '../../../tunnels/config/definition';
import { parseOverrides } from '../../../tunnels/config/parsing/parseOverrides';
import { isCommandLine } from '../../../tunnels/config/moveListen';
import { valueAt } from '../../../tunnels/util/jsonPath';
import { forwardPaths } from '../../../tunnels/config/parsing/parseForward';
import { parseTunnels } from '../../../tunnels/config/parsing/parseTunnels';
import { portHints } from '../../../tunnels/config/portHints';
import type { PortFacts } from '../../../tunnels/config/portHints';
import type { PathVariables } from '../../../tunnels/config/socketPaths';
import { deferred as l10n } from '../../../tunnels/util/l10n';
import type { Message } from '../../../tunnels/util/l10n';
import { isRecord } from '../../../tunnels/util/parsing';
import { joinShown, quote } from '../../../tunnels/util/shown';
import { settingKeys } from '../../contributions';
import { rangeAt, TextLines } from './jsonRange';
import type { TextPosition } from './jsonRange';

export interface Mark {
  readonly start: TextPosition;
  readonly end: TextPosition;
  readonly kind: 'problem' | 'hint';
  readonly message: Message;
}

export interface MarkOptions {
  /** The path of the settings in the file: empty, or `settings` in a .code-workspace. */
  readonly within: JSONPath;
  readonly ports: PortFacts;
  readonly variables: PathVariables;
  /** Set for the user's settings: the labels of the forwards in this window's projects, by tunnel name. */
  readonly labels?: ReadonlyMap<string, readonly string[]>;
}

interface Finding extends DefinitionProblem {
  readonly kind: Mark['kind'];
}

/** Larger files are not checked. UTF-16 units. */
const maxFileLength = 1024 * 1024;
/** Further problems are not shown. */
const maxMarks = 200;

export function settingsMarks(text: string, options: MarkOptions): Mark[] {
  const { within, labels } = options;
  const root = text.length > maxFileLength ? undefined : treeOf(text);
  if (!root) {
    return [];
  }
  const { tunnels, overrides } = settingKeys;
  const findings = [
    ...findInTunnels(valueIn(root, [...within, tunnels]), options).map(below(tunnels)),
    // Only the user's settings can have overrides.
    ...(labels ? findInOverrides(valueIn(root, [...within, overrides]), labels).map(below(overrides)) : []),
  ];
  const lines = new TextLines(text);
  return findings.slice(0, maxMarks).map(({ path, at, kind, message }) => {
    const { start, end } = rangeAt(text, root, [...within, ...path], at);
    return { start: lines.positionAt(start), end: lines.positionAt(end), kind, message };
  });
}

function treeOf(text: string): Node | undefined {
  try {
    return parseTree(text, undefined, { allowTrailingComma: true });
  } catch {
    // Nested deeper than the parser's stack allows.
    return undefined;
  }
}

function valueIn(root: Node, path: JSONPath): unknown {
  const node = findNodeAtLocation(root, path);
  try {
    return node && (getNodeValue(node) as unknown);
  } catch {
    // As in treeOf(): its stack takes less than the parser's.
    return undefined;
  }
}

function below(...steps: DefinitionProblem['path']): (finding: Finding) => Finding {
  return (finding) => ({ ...finding, path: [...steps, ...finding.path] });
}

function problem(found: DefinitionProblem): Finding {
  return { ...found, kind: 'problem' };
}

function findInTunnels(value: unknown, { ports, variables, labels }: MarkOptions): Finding[] {
  const { tunnels, problems } = parseTunnels(value, variables, labels ? 'user' : 'project');
  const found = tunnels.flatMap(({ name, value: tunnel, parsed }) =>
    ('entry' in parsed
      ? findHints(tunnel, parsed.entry.definition, ports)
      : parsed.problems.map(problem)
    ).map(below(name)),
  );
  return [...problems.map(problem), ...found];
}

function findHints(tunnel: unknown, { forwards }: TunnelDefinition, ports: PortFacts): Finding[] {
  const inLine = isRecord(tunnel) ? ['ssh'] : [];
  const paths = isRecord(tunnel) && !isCommandLine(tunnel) ? forwardPaths(tunnel) : [];
  return forwards.flatMap((forward, index) =>
    portHints(forward, ports).map((message) => {
      const path = paths[index] ?? inLine;
      const written = valueAt(tunnel, path);
      const target = isRecord(written)
        ? { path: [...path, 'listen'], text: written['listen'] }
        : { path, text: written };
      const at = typeof target.text === 'string' ? portOffset(target.text, forward.listen) : undefined;
      return { path: target.path, message, kind: 'hint', ...(at === undefined ? {} : { at }) };
    }),
  );
}

function portOffset(
  text: string,
  listen: TunnelDefinition['forwards'][number]['listen'],
): number | undefined {
  const at = 'port' in listen ? text.search(new RegExp(`(?<![^:\\s])${listen.port}(?!\\d)`)) : -1;
  return at < 0 ? undefined : at;
}

function findInOverrides(value: unknown, labels: ReadonlyMap<string, readonly string[]>): Finding[] {
  const { byName, problems } = parseOverrides(value);
  return [
    ...problems.map(problem),
    ...[...byName].flatMap(([name, parsed]) => {
      const found =
        'problems' in parsed
          ? parsed.problems.map(problem)
          : parsed.override.listen.flatMap(([label]) => unknownLabel(name, label, labels.get(name)));
      return found.map(below(name));
    }),
  ];
}

/** The label may be misspelt, or belong to another project. */
function unknownLabel(name: string, label: string, known: readonly string[] | undefined): Finding[] {
  if (known === undefined || known.includes(label)) {
    return [];
  }
  const shown = { tunnel: quote(name), forward: quote(label) };
  const message =
    known.length === 0
      ? l10n.t('The tunnel {tunnel} of this window has no forward {forward}. It has no forwards.', shown)
      : l10n.t('The tunnel {tunnel} of this window has no forward {forward}. Its forwards: {labels}.', {
          ...shown,
          labels: joinShown(known.map(quote)),
        });
  return [{ path: ['listen', label], kind: 'hint', message }];
}
