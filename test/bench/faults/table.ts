// Prints the fault results as a Markdown table, as in the README.
import { median } from '../statistics';
import type { FaultContenderName } from './faultContender';
import type { Observation, Observations } from './observer';

const titles: Readonly<Record<FaultContenderName, string>> = {
  ours: 'SSH Tunnels',
  ssh: '`ssh`',
  autossh: '`autossh`',
};

export function markdownTable(
  rows: readonly (readonly [what: string, observations: Observations])[],
): string {
  const names = [...new Set(rows.flatMap(([, observations]) => [...observations.keys()]))];
  const lines = [
    ['What happens', ...names.map((name) => titles[name])],
    ['---', ...names.map(() => '---')],
    ...rows.map(([what, observations]) => [what, ...names.map((name) => cell(observations.get(name) ?? []))]),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** When the fault was noticed, when the tunnel was usable again, and what clients saw: "12 s / 13 s, reset". */
function cell(seen: readonly Observation[]): string {
  if (seen.every(({ ending }) => ending === 'goes on')) {
    return 'goes on';
  }
  const noticed = median(seen.map((observation) => observation.noticed ?? Infinity));
  const usable = median(seen.map((observation) => observation.usable));
  const times = Number.isFinite(noticed) ? [noticed, usable] : [usable];
  const fates = [...new Set(seen.map(({ ending }) => ending).filter((ending) => ending !== 'none'))];
  const remarks = [
    ...(seen.some(({ halfTakenForWhole }) => halfTakenForWhole) ? ['half a file'] : []),
    ...(seen.some(({ refused }) => refused) ? ['refused'] : []),
    ...(seen.some(({ asked }) => asked) ? ['asks'] : []),
  ];
  return [times.map(seconds).join(' / '), ...fates, ...remarks].join(', ');
}

function seconds(time: number): string {
  if (!Number.isFinite(time)) {
    return 'never';
  }
  return `${time < 10 ? time.toFixed(1) : time.toFixed(0)} s`;
}
