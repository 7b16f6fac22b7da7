// The consent page: what each tunnel would do, which of it is risky, and what has changed.
import type { ConsentView, ReviewedTunnelView, SheetLine } from '../pageData';
import { buttons, dot, findByKey, h, receiver, run, showSection } from './page';
import type { Markup } from './page';

function line({ text, risk, change }: SheetLine, labels: ConsentView['changeLabels']): Markup {
  const key = { 'data-key': `${change ?? 'same'} ${text}` };
  return h('li', change === undefined ? key : { ...key, 'data-change': change }, [
    ...(change === undefined ? [] : [h('span', { class: 'change' }, `${labels[change]} `)]),
    h('span', { class: 'fact' }, text),
    ...(risk === undefined ? [] : [h('span', { class: 'risk' }, ` ⚠ ${risk}`)]),
  ]);
}

function tunnel(view: ReviewedTunnelView, labels: ConsentView['changeLabels']): Markup {
  const { key, title, origin, state, tint, lines, note } = view;
  return h('section', { class: 'forward', 'data-key': key, 'data-tint': tint }, [
    h('h2', { tabindex: '-1' }, title),
    h('p', { class: 'kind' }, origin),
    h('p', { class: 'state' }, [dot, h('span', {}, state)]),
    h(
      'ul',
      { class: 'consent' },
      lines.map((each) => line(each, labels)),
    ),
    h('div', { class: 'notes' }, note === undefined ? [] : [h('p', {}, note)]),
    ...buttons(view.buttons),
  ]);
}

function draw(view: ConsentView): readonly Markup[] {
  const { title, notes, tunnels, changeLabels } = view;
  return [
    h('header', {}, [
      h('h1', {}, title),
      ...notes.map((note) => h('p', { class: 'description' }, note)),
      ...buttons(view.buttons),
    ]),
    ...tunnels.map((each) => tunnel(each, changeLabels)),
  ];
}

/** Above the first tunnel stands what the page is about. */
function goTo(key: string): void {
  const section = findByKey('section', key);
  showSection(section, section !== undefined && section === document.querySelector('section'));
}

run(receiver(draw, goTo));
