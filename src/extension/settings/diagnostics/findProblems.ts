// Finds problems and hints in the tunnels of a settings file, each with its text range.
import { getNodeValue, findNodeAtLocation } from 'jsonc-parser';
import type { JSONPath, Node } from 'jsonc-parser';
import type { DefinitionProblem, TunnelDefinition } from '../../../tunnels/config/definition';
import { parseOverridesInSteps } from '../../../tunnels/config/parsing/parseOverrides';
import { isCommandLine } from '../../../tunnels/config/moveListen';
import { valueAt } from '../../../tunnels/util/jsonPath';
import { forwardPaths } from '../../../tunnels/config/parsing/parseForward';
import { parseTunnel } from '../../../tunnels/config/parsing/parseTunnel';
import { parseTunnelsInSteps } from '../../../tunnels/config/parsing/parseTunnels';
import { portHints } from '../../../tunnels/config/portHints';
import type { PortFacts } from '../../../tunnels/config/portHints';
import { socketFault } from '../../../tunnels/config/socketPaths';
import type { PathVariables } from '../../../tunnels/config/socketPaths';
import type { Forward, TcpListen } from '../../../tunnels/config/forward';
import { deferred as l10n } from '../../../tunnels/util/l10n';
import type { Message } from '../../../tunnels/util/l10n';
import { isRecord } from '../../../tunnels/util/parsing';
import { joinShown, quote } from '../../../tunnels/util/shown';
import type { Steps } from '../../../tunnels/util/pacing/slices';
import { settingKeys } from '../../contributions';
import { maxSettingsKilobytes, parseSettings } from '../parseSettings';
import { rangeAt, TextLines } from './jsonRange';
import type { TextPosition } from './jsonRange';

export interface Mark {
  readonly start: TextPosition;
  readonly end: TextPosition;
  readonly kind: 'problem' | 'hint';
  readonly message: Message;
  readonly fix?: MarkFix;
}

/** What the user can choose to do about a mark. */
export type MarkFix =
  | { readonly kind: 'rename'; readonly path: JSONPath; readonly to: string }
  | { readonly kind: 'remove'; readonly path: JSONPath }
  /** Another local port at the mark. */
  | { readonly kind: 'port'; readonly listen: TcpListen };

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
  /** Set for the hint about a local port. */
  readonly listen?: TcpListen;
}

/** Further problems are not shown. */
const maxMarks = 200;
const maxLabelsShown = 50;

/** In short steps, but for the parser of JSON. */
export function* settingsMarks(text: string, options: MarkOptions): Steps<readonly Mark[]> {
  const { within, labels } = options;
  const { tunnels, overrides } = settingKeys;
  if (!text.includes(tunnels) && !text.includes(overrides)) {
    return [];
  }
  if (text.length > maxSettingsKilobytes * 1024) {
    return [tooLong(text.length)];
  }
  const root = parseSettings(text);
  if (!root) {
    return [];
  }
  yield;
  const found = yield* findInTunnels(valueIn(root, [...within, tunnels]), options);
  // Only the user's settings can have overrides.
  const inOverrides = labels ? yield* findInOverrides(valueIn(root, [...within, overrides]), labels) : [];
  const findings = [...found.map(below(tunnels)), ...inOverrides.map(below(overrides))];
  const lines = new TextLines(text);
  return findings.slice(0, maxMarks).map((finding) => {
    const path = [...within, ...finding.path];
    const { start, end } = rangeAt(text, root, path, finding.at);
    const { kind, message } = finding;
    const fix = fixOf(finding, path);
    return {
      start: lines.positionAt(start),
      end: lines.positionAt(end),
      ...{ kind, message, ...(fix && { fix }) },
    };
  });
}

function fixOf({ fix, listen }: Finding, path: JSONPath): MarkFix | undefined {
  return fix ? { ...fix, path } : listen && { kind: 'port', listen };
}

function tooLong(length: number): Mark {
  const message = l10n.t(
    'SSH Tunnels checks settings files of up to {maximum} kB; this one has {length} kB. Its tunnels are listed in the Tunnels view, with their problems.',
    { maximum: maxSettingsKilobytes, length: Math.ceil(length / 1024) },
  );
  const start = { line: 0, character: 0 };
  return { start, end: { line: 0, character: 1 }, kind: 'hint', message };
}

function valueIn(root: Node, path: JSONPath): unknown {
  const node = findNodeAtLocation(root, path);
  try {
    return node && (getNodeValue(node) as unknown);
  } catch {
    // As in parseSettings(): its stack takes less than the parser's.
    return undefined;
  }
}

function below(...steps: DefinitionProblem['path']): (finding: Finding) => Finding {
  return (finding) => ({ ...finding, path: [...steps, ...finding.path] });
}

function problem(found: DefinitionProblem): Finding {
  return { ...found, kind: 'problem' };
}

function* findInTunnels(
  value: unknown,
  { ports, variables, labels }: MarkOptions,
): Steps<readonly Finding[]> {
  const author = labels ? 'user' : 'project';
  const { platform = process.platform } = variables;
  const { tunnels, problems } = yield* parseTunnelsInSteps(value, (name, tunnel) =>
    parseTunnel(name, tunnel, author, variables),
  );
  const found = problems.map(problem);
  for (const { name, value: tunnel, parsed } of tunnels) {
    const own =
      'entry' in parsed
        ? findHints(tunnel, parsed.entry.definition, ports, platform)
        : parsed.problems.map(problem);
    found.push(...own.map(below(name)));
    yield;
  }
  return found;
}

function findHints(
  tunnel: unknown,
  { forwards }: TunnelDefinition,
  ports: PortFacts,
  platform: NodeJS.Platform,
): Finding[] {
  const inLine = isRecord(tunnel) ? ['ssh'] : [];
  const paths = isRecord(tunnel) && !isCommandLine(tunnel) ? forwardPaths(tunnel) : [];
  return forwards.flatMap((forward, index) => {
    const path = paths[index] ?? inLine;
    const fault = socketFault(forward, platform);
    return fault
      ? // No problem: the file may be shared with people whose system has Unix sockets.
        [
          {
            path,
            message: l10n.t('{problem} {nextStep}', { problem: fault.problem, nextStep: fault.nextStep }),
            kind: 'hint',
          },
        ]
      : portHints(forward, ports).map((message) => portHint(valueAt(tunnel, path), path, forward, message));
  });
}

function portHint(
  written: unknown,
  path: DefinitionProblem['path'],
  { listen }: Forward,
  message: Message,
): Finding {
  const target = isRecord(written)
    ? { path: [...path, 'listen'], text: written['listen'] }
    : { path, text: written };
  const at = typeof target.text === 'string' ? portOffset(target.text, listen) : undefined;
  return {
    ...{ path: target.path, message, kind: 'hint' as const },
    ...(at === undefined ? {} : { at }),
    ...('port' in listen && { listen }),
  };
}

function portOffset(
  text: string,
  listen: TunnelDefinition['forwards'][number]['listen'],
): number | undefined {
  const at = 'port' in listen ? text.search(new RegExp(`(?<![^:\\s])${listen.port}(?!\\d)`)) : -1;
  return at < 0 ? undefined : at;
}

function* findInOverrides(
  value: unknown,
  labels: ReadonlyMap<string, readonly string[]>,
): Steps<readonly Finding[]> {
  const { byName, problems } = yield* parseOverridesInSteps(value);
  const found = problems.map(problem);
  for (const [name, parsed] of byName) {
    const known = labels.get(name);
    const own =
      'problems' in parsed
        ? parsed.problems.map(problem)
        : unknownLabels(
            name,
            parsed.override.listen.map(([label]) => label),
            known,
          );
    found.push(...own.map(below(name)));
    yield;
  }
  return found;
}

/** The label may be misspelt, or belong to another project. */
function unknownLabels(
  name: string,
  labels: readonly string[],
  known: readonly string[] | undefined,
): readonly Finding[] {
  const all = new Set(known);
  const unknown = known === undefined ? [] : labels.filter((label) => !all.has(label));
  return unknown.slice(0, maxMarks).map((label) => unknownLabel(name, label, [...all]));
}

function unknownLabel(name: string, label: string, known: readonly string[]): Finding {
  const shown = { tunnel: quote(name), forward: quote(label) };
  const message =
    known.length === 0
      ? l10n.t('The tunnel {tunnel} of this window has no forward {forward}. It has no forwards.', shown)
      : l10n.t('The tunnel {tunnel} of this window has no forward {forward}. Its forwards: {labels}.', {
          ...shown,
          labels: joinShown(known.slice(0, maxLabelsShown).map(quote)),
        });
  return { path: ['listen', label], kind: 'hint', message };
}
