// Everything that is wrong or remarkable about the tunnels of a settings file, each with its place in the text.
import { getNodeValue, findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { JSONPath, Node } from 'jsonc-parser';
import type { DefinitionProblem, TunnelDefinition } from '../../tunnels/config/definition';
import { rivalEnvs } from '../../tunnels/config/envName';
import { parseOverrides } from '../../tunnels/config/overrides';
import { isCommandLine, valueAt } from '../../tunnels/config/moveListen';
import { forwardPaths } from '../../tunnels/config/parseForward';
import { parseTunnels } from '../../tunnels/config/parseTunnels';
import type { NamedTunnel } from '../../tunnels/config/parseTunnels';
import { portHints } from '../../tunnels/config/portHints';
import type { PortFacts } from '../../tunnels/config/portHints';
import type { PathPlaces } from '../../tunnels/config/socketPaths';
import { isRecord, quote } from '../../tunnels/util/text';
import { settingKeys } from '../contributions';
import { positionAt, rangeAt } from './jsonRange';
import type { TextPosition } from './jsonRange';

export interface Mark {
  readonly start: TextPosition;
  readonly end: TextPosition;
  readonly kind: 'problem' | 'hint';
  readonly message: string;
}

export interface MarkOptions {
  /** Where the settings stand in the file: none, or `settings` in a .code-workspace. */
  readonly within: JSONPath;
  readonly ports: PortFacts;
  readonly places: PathPlaces;
  /** Of the user's settings: the labels of the forwards of this window's projects, by the name of their tunnel. */
  readonly labels?: ReadonlyMap<string, readonly string[]>;
}

interface Finding extends DefinitionProblem {
  readonly kind: Mark['kind'];
}

/** Of a file without end nothing is underlined, and of problems without end the first. */
const longestFile = 1024 * 1024;
const mostMarks = 200;

export function settingsMarks(text: string, options: MarkOptions): Mark[] {
  const { within, labels } = options;
  const root = text.length > longestFile ? undefined : treeOf(text);
  if (!root) {
    return [];
  }
  const { tunnels, overrides } = settingKeys;
  const findings = [
    ...findInTunnels(valueIn(root, [...within, tunnels]), options).map(below(tunnels)),
    // A workspace can't override anything.
    ...(labels ? findInOverrides(valueIn(root, [...within, overrides]), labels).map(below(overrides)) : []),
  ];
  return findings.slice(0, mostMarks).map(({ path, at, kind, message }) => {
    const { start, end } = rangeAt(text, root, [...within, ...path], at);
    return { start: positionAt(text, start), end: positionAt(text, end), kind, message };
  });
}

function treeOf(text: string): Node | undefined {
  try {
    return parseTree(text, undefined, { allowTrailingComma: true });
  } catch {
    // Lists in lists in lists, more than the parser's stack can take.
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

function findInTunnels(value: unknown, { ports, places }: MarkOptions): Finding[] {
  const { tunnels, problems } = parseTunnels(value, places);
  const found = tunnels.flatMap(({ name, value: tunnel, parsed }) =>
    ('entry' in parsed
      ? findHints(tunnel, parsed.entry.definition, ports)
      : parsed.problems.map(problem)
    ).map(below(name)),
  );
  return [...problems.map(problem), ...found, ...findRivals(tunnels)];
}

function findHints(tunnel: unknown, { forwards }: TunnelDefinition, ports: PortFacts): Finding[] {
  const inLine = isRecord(tunnel) ? ['ssh'] : [];
  const paths = isRecord(tunnel) && !isCommandLine(tunnel) ? forwardPaths(tunnel) : [];
  return forwards.flatMap((forward, index) =>
    portHints(forward, ports).map((message) => {
      const path = paths[index] ?? inLine;
      const written = valueAt(tunnel, path);
      const place = isRecord(written)
        ? { path: [...path, 'listen'], text: written['listen'] }
        : { path, text: written };
      const at = typeof place.text === 'string' ? portPlace(place.text, forward.listen) : undefined;
      return { path: place.path, message, kind: 'hint', ...(at === undefined ? {} : { at }) };
    }),
  );
}

/** Two tunnels may share a variable, one of them being up; but not so that one has a port where the other has a host. */
function findRivals(tunnels: readonly NamedTunnel[]): Finding[] {
  const owners = new Map<string, string>();
  return tunnels.flatMap(({ name, value, parsed }) => {
    if (!('entry' in parsed) || !isRecord(value)) {
      return [];
    }
    const paths = forwardPaths(value);
    const envs = parsed.entry.definition.forwards.map(({ env }) => env);
    const findings = envs.flatMap((env, index) => {
      const rivals = env === undefined ? [] : rivalEnvs(env).filter((other) => other !== env);
      const rival = rivals.find((other) => owners.has(other));
      return env === undefined || rival === undefined
        ? []
        : [rivalry([name, ...(paths[index] ?? []), 'env'], env, rival, owners.get(rival) ?? '')];
    });
    envs.forEach((env) => env !== undefined && owners.set(env, name));
    return findings;
  });
}

function rivalry(path: DefinitionProblem['path'], env: string, rival: string, tunnel: string): Finding {
  const message =
    `${quote(env)} and ${quote(rival)} of the tunnel ${quote(tunnel)} set a variable of one name, with the …_HOST and ` +
    '…_ADDRESS beside it: terminals get those of one of the two.';
  return { path, message, kind: 'hint' };
}

function portPlace(text: string, listen: TunnelDefinition['forwards'][number]['listen']): number | undefined {
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

/** It may be meant for another project, or be misspelt. */
function unknownLabel(name: string, label: string, known: readonly string[] | undefined): Finding[] {
  if (known === undefined || known.includes(label)) {
    return [];
  }
  const has = known.length === 0 ? 'it has none' : `it has ${known.map(quote).join(', ')}`;
  const message = `The tunnel ${quote(name)} of this window has no forward ${quote(label)}; ${has}.`;
  return [{ path: ['listen', label], kind: 'hint', message }];
}
