// The consent page: what each tunnel would do, which of it is risky, and what has changed.
'use strict';

(() => {
  const { h, buttons, run } = page;

  const changeLabels = { added: 'Added: ', removed: 'Removed: ' };

  function line({ text, risk, change }) {
    const key = { 'data-key': `${change} ${text}` };
    return h('li', change === undefined ? key : { ...key, 'data-change': change }, [
      ...(change === undefined ? [] : [h('span', { class: 'change' }, changeLabels[change])]),
      h('span', { class: 'fact' }, text),
      ...(risk === undefined ? [] : [h('span', { class: 'risk' }, ` ⚠ ${risk}`)]),
    ]);
  }

  function tunnel({ key, title, origin, state, tint, lines, note, buttons: all }) {
    return h('section', { class: 'forward', 'data-key': key, 'data-tint': tint }, [
      h('h2', { tabindex: -1 }, title),
      h('p', { class: 'kind' }, origin),
      h('p', { class: 'state' }, [h('span', { class: 'dot', 'aria-hidden': true }), h('span', {}, state)]),
      h('ul', { class: 'consent' }, lines.map(line)),
      h('div', { class: 'notes' }, note === undefined ? [] : [h('p', {}, note)]),
      ...buttons(all, ''),
    ]);
  }

  function draw({ title, notes, buttons: all, tunnels }) {
    return [
      h('header', {}, [
        h('h1', {}, title),
        ...notes.map((note) => h('p', { class: 'description' }, note)),
        ...buttons(all, ''),
      ]),
      ...tunnels.map(tunnel),
    ];
  }

  function goTo(key) {
    const section = [...document.querySelectorAll('section')].find((child) => child.dataset.key === key);
    section?.scrollIntoView({ block: 'start' });
    section?.querySelector('h2')?.focus({ preventScroll: true });
  }

  run(draw, goTo);
})();
