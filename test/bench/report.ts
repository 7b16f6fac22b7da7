// The result: table rows for people, and the same as JSON for programs.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resultsDir } from './options';

export interface Row {
  readonly what: string;
  readonly unit: string;
  /** By contender. */
  readonly values: Readonly<Record<string, number>>;
  /** A contender's value as a multiple of OpenSSH's: of the medians, or the median over the rounds. */
  readonly ratios?: Readonly<Record<string, number>>;
  readonly goal?: string;
  /** Whether the goal was reached; absent if there is none. */
  readonly reached?: boolean;
}

export function printTable(title: string, rows: readonly Row[]): void {
  const names = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
  const compared = names.filter((name) => rows.some(({ ratios }) => ratios?.[name] !== undefined));
  const header = ['', ...names, ...compared.map((name) => `${name} ÷ OpenSSH`), 'goal'];
  const body = rows.map(({ what, unit, values, ratios, goal, reached }) => [
    `${what}, ${unit}`,
    ...names.map((name) => format(values[name])),
    ...compared.map((name) => format(ratios?.[name])),
    goal === undefined ? '' : `${goal} ${reached === true ? '✔' : '✘'}`,
  ]);
  const table = [header, ...body];
  const widths = header.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  console.log(`\n${title}`);
  for (const cells of table) {
    const padded = cells.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    console.log(`  ${padded.join('  ').trimEnd()}`);
  }
}

function format(value: number | undefined): string {
  if (value === undefined) {
    return '';
  }
  if (value === Infinity) {
    return 'never';
  }
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

export async function writeJson(result: object): Promise<void> {
  await mkdir(resultsDir, { recursive: true });
  await writeFile(join(resultsDir, 'bench.json'), `${JSON.stringify(result, undefined, 2)}\n`);
}
