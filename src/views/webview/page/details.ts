// The details page of a tunnel.
import type {
  DetailsHeadings,
  DetailsView,
  ExplanationView,
  FactView,
  ForwardDetails,
  HopDetails,
  ProgramDetails,
  SideView,
  StepView,
} from '../pageData';
import type { ChartView, TableView } from '../mapData';
import { drawChart, resizeChart } from './chart';
import { drawing } from './drawing';
import {
  button,
  buttons,
  columnWidth,
  dot,
  findByKey,
  h,
  list,
  receiver,
  redrawOnResize,
  run,
  showSection,
} from './page';
import type { Markup } from './page';

function factList(facts: readonly FactView[]): Markup {
  return h(
    'dl',
    {},
    facts.flatMap(({ term, values }) => [
      h('dt', { 'data-key': term }, term),
      h(
        'dd',
        { 'data-key': term },
        values.map((value) => h('span', {}, value)),
      ),
    ]),
  );
}

function code(text: string): Markup {
  return h('pre', { tabindex: '0' }, [h('code', {}, text)]);
}

function table({ columns, rows, note }: TableView, label: string): Markup[] {
  return [
    h('div', { class: 'table', 'data-key': 'table', tabindex: '0', role: 'region', 'aria-label': label }, [
      h('table', {}, [
        h('thead', {}, [
          h(
            'tr',
            {},
            columns.map((column) => h('th', { scope: 'col' }, column)),
          ),
        ]),
        h(
          'tbody',
          {},
          rows.map(({ key, cells }) =>
            h(
              'tr',
              { 'data-key': key },
              cells.map((cell) => h('td', {}, cell)),
            ),
          ),
        ),
      ]),
    ]),
    ...(note === undefined ? [] : [h('p', { class: 'description' }, note)]),
  ];
}

function chart({ labels, summary }: ChartView): Markup[] {
  return [
    h('div', { class: 'chart', 'data-key': 'chart', 'aria-hidden': 'true' }, null),
    h('ul', { class: 'legend', 'aria-hidden': 'true' }, [
      h('li', {}, labels.received),
      h('li', {}, labels.sent),
      h('li', {}, labels.connections),
    ]),
    h('p', { class: 'chart-summary' }, summary),
  ];
}

function step({ text, code: command, copy }: StepView): Markup {
  const commandLine =
    command === undefined || copy === undefined
      ? []
      : [h('div', { class: 'code' }, [code(command), button(copy, 'secondary')])];
  return h('li', {}, [h('p', {}, text), ...commandLine]);
}

function side({ title, steps }: SideView): Markup {
  return h('section', { class: 'side', 'data-key': title }, [
    h('h4', {}, title),
    h('ul', {}, steps.map(step)),
  ]);
}

function part(key: string, title: string, content: readonly Markup[]): Markup {
  return h('div', { class: 'part', 'data-key': key }, [h('h3', {}, title), ...content]);
}

function explanation(view: ExplanationView, headings: DetailsHeadings): Markup {
  const { key, title, when, message, nextStep, tried, detail, sides } = view;
  return h('section', { class: 'explanation', 'data-key': key }, [
    h('h2', { tabindex: '-1' }, title),
    part('happened', headings.happened, [h('p', { class: 'message' }, message), h('p', {}, when ?? '')]),
    ...(tried.length === 0 ? [] : [part('tried', headings.tried, [list(tried)])]),
    ...(detail === undefined ? [] : [part('detail', headings.detail, [h('blockquote', {}, detail)])]),
    part('next', headings.next, [h('p', { class: 'next' }, nextStep), ...buttons(view.buttons)]),
    h('div', { class: 'sides', 'data-key': 'sides' }, sides.map(side)),
  ]);
}

function forward({
  key,
  title,
  kind,
  state,
  tint,
  facts,
  notes: texts,
  buttons: all,
}: ForwardDetails): Markup {
  return h('section', { class: 'forward', 'data-key': key, 'data-tint': tint }, [
    h('h3', {}, [dot, h('span', {}, title)]),
    h('p', { class: 'kind' }, `${kind} ${state}`),
    factList(facts),
    notes(texts),
    ...buttons(all, 'secondary'),
  ]);
}

function notes(texts: readonly string[]): Markup {
  return h(
    'div',
    { class: 'notes' },
    texts.map((text) => h('p', {}, text)),
  );
}

function hop({ key, title, facts, notes: texts }: HopDetails): Markup {
  return h('section', { class: 'hop', 'data-key': key }, [
    ...(title === undefined ? [] : [h('h3', {}, title)]),
    factList(facts),
    notes(texts),
  ]);
}

function program(view: ProgramDetails, headings: DetailsHeadings): Markup {
  const { key, title, state, tint, facts, output } = view;
  return h('section', { class: 'program', 'data-key': key, 'data-tint': tint }, [
    h('h3', { tabindex: '-1' }, [dot, h('span', {}, title)]),
    h('p', { class: 'kind' }, state),
    factList(facts),
    ...(output.length === 0
      ? []
      : [
          h('div', { class: 'part', 'data-key': 'output' }, [
            h('h4', {}, headings.output),
            code(output.join('\n')),
          ]),
        ]),
    ...buttons(view.buttons, 'secondary'),
  ]);
}

/** A section with a heading; nothing without content. */
function section(key: string, title: string, content: readonly Markup[]): Markup[] {
  return content.length === 0 ? [] : [h('section', { 'data-key': key }, [h('h2', {}, title), ...content])];
}

let drawn: DetailsView | undefined;

function draw(view: DetailsView): readonly Markup[] {
  const { title, description, state, tint, headings, problems, facts } = view;
  drawn = view;
  return [
    h('header', { 'data-tint': tint }, [
      h('h1', {}, title),
      h('p', { class: 'description' }, description ?? ''),
      h('p', { class: 'state', role: 'status', 'aria-live': 'polite' }, [dot, h('span', {}, state)]),
      ...buttons(view.buttons, 'secondary'),
    ]),
    ...(problems.length === 0
      ? []
      : [
          h('section', { class: 'explanation', 'data-key': 'problems' }, [
            h('h2', { tabindex: '-1' }, headings.problems),
            list(problems),
          ]),
        ]),
    ...view.explanations.map((each) => explanation(each, headings)),
    ...section('way', headings.way, view.map ? [drawing(view.map, columnWidth(), headings.way)] : []),
    ...section('connection', headings.connection, facts.length === 0 ? [] : [factList(facts)]),
    ...section('forwards', headings.forwards, view.forwards.map(forward)),
    ...section(
      'programs',
      headings.programs,
      view.programs.map((each) => program(each, headings)),
    ),
    ...section('traffic', headings.traffic, view.chart ? chart(view.chart) : []),
    ...section(
      'connections',
      headings.connections,
      view.connections ? table(view.connections, headings.connections) : [],
    ),
    ...section('history', headings.history, view.history ? table(view.history, headings.history) : []),
    ...section(
      'log',
      headings.log,
      view.log.length === 0
        ? []
        : [h('div', { class: 'log', 'data-key': 'log' }, [code(view.log.join('\n'))])],
    ),
    ...section('protection', headings.protection, view.protection.map(hop)),
  ];
}

function goTo(key: string): void {
  const found = findByKey('.explanation, .program', key);
  // At the first explanation the top is shown, so that the name and the state stay visible.
  const isFirst =
    found?.matches('.explanation') && found === document.querySelector('.explanation, .program');
  showSection(found, isFirst);
}

run(
  redrawOnResize(receiver(draw, goTo), () => {
    drawChart(drawn?.chart);
    resizeChart();
  }),
);
