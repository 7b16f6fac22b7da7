// The chart of the traffic, drawn by uPlot in the colours of the theme.
import uPlot from 'uplot';
import type { ChartView } from '../mapData';

const height = 170;
const right = 1;

let chart: { readonly plot: uPlot; readonly host: Element; readonly theme: string } | undefined;

/** Draws or updates the chart in the element with the class `chart`, if the page has one. */
export function drawChart(view: ChartView | undefined): void {
  const host = document.querySelector<HTMLElement>('.chart');
  if (!view || !host) {
    chart?.plot.destroy();
    chart = undefined;
    return;
  }
  const data: uPlot.AlignedData = [view.times, view.received, view.sent, view.connections].map((values) => [
    ...values,
  ]) as unknown as uPlot.AlignedData;
  const { className } = document.body;
  if (chart?.host !== host || chart.theme !== className) {
    chart?.plot.destroy();
    chart = { plot: new uPlot(options(view, host.clientWidth), data, host), host, theme: className };
  } else {
    chart.plot.setData(data);
  }
}

export function resizeChart(): void {
  if (chart) {
    chart.plot.setSize({ width: chart.host.clientWidth, height });
  }
}

function options({ labels, language }: ChartView, width: number): uPlot.Options {
  const style = getComputedStyle(document.body);
  const colour = (name: string, otherwise: string): string =>
    style.getPropertyValue(`--vscode-${name}`).trim() || otherwise;
  const foreground = colour('descriptionForeground', style.color);
  const line = colour('editorIndentGuide-background1', colour('panel-border', 'rgba(128,128,128,0.35)'));
  const grid = { stroke: line, width: 1 };
  const axis = { stroke: foreground, grid, ticks: grid, font: ['11px', style.fontFamily].join(' ') };
  const bytes = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
  return {
    width,
    height,
    cursor: { show: false },
    legend: { show: false },
    scales: {
      bytes: { range: (_plot, _least, most) => [0, Math.max(1000, most * 1.1)] },
      count: { range: (_plot, _least, most) => [0, Math.max(2, Math.ceil(most * 1.2))] },
    },
    axes: [
      { ...axis, values: (_plot, ticks) => ticks.map((tick) => time.format(tick * 1000)), space: 70 },
      {
        ...axis,
        scale: 'bytes',
        size: 52,
        values: (_plot, ticks) => ticks.map((tick) => bytes.format(tick)),
      },
      {
        ...axis,
        scale: 'count',
        // uPlot has it only as a `const enum`, which esbuild can't read.
        // oxlint-disable-next-line typescript/no-unsafe-enum-assignment
        side: right,
        size: 34,
        grid: { show: false },
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
      },
    ],
    series: [
      {},
      {
        label: labels.received,
        scale: 'bytes',
        stroke: colour('charts-blue', '#3794ff'),
        width: 2,
        points: { show: false },
      },
      {
        label: labels.sent,
        scale: 'bytes',
        stroke: colour('charts-orange', '#d18616'),
        width: 2,
        dash: [6, 3],
        points: { show: false },
      },
      {
        label: labels.connections,
        scale: 'count',
        stroke: foreground,
        width: 1,
        dash: [2, 3],
        points: { show: false },
      },
    ],
  };
}
