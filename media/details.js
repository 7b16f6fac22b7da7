// The details page of a tunnel.
'use strict';

(() => {
  const { h, button, buttons, run } = page;

  function facts(all) {
    return h(
      'dl',
      {},
      all.flatMap(({ term, values }) => [
        h('dt', { 'data-key': term }, term),
        h(
          'dd',
          { 'data-key': term },
          values.map((value) => h('span', {}, value)),
        ),
      ]),
    );
  }

  function step({ text, code, copy }) {
    const parts = [h('p', {}, text)];
    if (code !== undefined && copy !== undefined) {
      parts.push(
        h('div', { class: 'code' }, [
          h('pre', { tabindex: 0 }, [h('code', {}, code)]),
          button(copy, 'secondary', `Copy: ${code}`),
        ]),
      );
    }
    return h('li', {}, parts);
  }

  function side({ title, steps }) {
    return h('section', { class: 'side', 'data-key': title }, [
      h('h4', {}, title),
      h('ul', {}, steps.map(step)),
    ]);
  }

  function part(title, content, key) {
    return h('div', { class: 'part', 'data-key': key }, [h('h3', {}, title), ...content]);
  }

  function explanation({ key, title, when, message, nextStep, tried, detail, sides, buttons: all }) {
    return h('section', { class: 'explanation', 'data-key': key }, [
      h('h2', { tabindex: -1 }, title),
      part('What happened', [h('p', { class: 'message' }, message), h('p', {}, when ?? '')], 'happened'),
      ...(tried.length === 0
        ? []
        : [
            part(
              'What was tried',
              [
                h(
                  'ul',
                  {},
                  tried.map((line) => h('li', {}, line)),
                ),
              ],
              'tried',
            ),
          ]),
      ...(detail === undefined
        ? []
        : [part('Server response / System error', [h('blockquote', {}, detail)], 'detail')]),
      part('What to do', [h('p', { class: 'next' }, nextStep), ...buttons(all, '')], 'next'),
      h('div', { class: 'sides', 'data-key': 'sides' }, sides.map(side)),
    ]);
  }

  function forward({ key, title, kind, state, tint, facts: all, notes }) {
    return h('section', { class: 'forward', 'data-key': key, 'data-tint': tint }, [
      h('h3', {}, [h('span', { class: 'dot', 'aria-hidden': true }), h('span', {}, title)]),
      h('p', { class: 'kind' }, `${kind}. ${state}`),
      facts(all),
      h(
        'div',
        { class: 'notes' },
        notes.map((note) => h('p', {}, note)),
      ),
    ]);
  }

  function program({ key, title, state, tint, facts: all, output, buttons: shown }) {
    return h('section', { class: 'forward program', 'data-key': key, 'data-tint': tint }, [
      h('h3', { tabindex: -1 }, [h('span', { class: 'dot', 'aria-hidden': true }), h('span', {}, title)]),
      h('p', { class: 'kind' }, state),
      facts(all),
      ...(output.length === 0
        ? []
        : [
            h('div', { class: 'part', 'data-key': 'output' }, [
              h('h4', {}, 'Output'),
              h('pre', { tabindex: 0 }, [h('code', {}, output.join('\n'))]),
            ]),
          ]),
      h(
        'div',
        { class: 'buttons' },
        shown.map((each) => button(each, 'secondary', `${each.label}: ${title}`)),
      ),
    ]);
  }

  function draw(view) {
    const { title, description, state, tint, problems, explanations, forwards, programs } = view;
    return [
      h('header', { 'data-tint': tint }, [
        h('h1', {}, title),
        h('p', { class: 'description' }, description ?? ''),
        h('p', { class: 'state', role: 'status', 'aria-live': 'polite' }, [
          h('span', { class: 'dot', 'aria-hidden': true }),
          h('span', {}, state),
        ]),
        ...buttons(view.buttons, 'secondary'),
      ]),
      ...(problems.length === 0
        ? []
        : [
            h('section', { class: 'explanation', 'data-key': 'problems' }, [
              h('h2', { tabindex: -1 }, 'Problems in its settings'),
              h(
                'ul',
                {},
                problems.map((problem) => h('li', {}, problem)),
              ),
            ]),
          ]),
      ...explanations.map(explanation),
      ...(view.facts.length === 0
        ? []
        : [h('section', { 'data-key': 'connection' }, [h('h2', {}, 'Connection'), facts(view.facts)])]),
      ...(forwards.length === 0
        ? []
        : [h('section', { 'data-key': 'forwards' }, [h('h2', {}, 'Forwards'), ...forwards.map(forward)])]),
      ...(programs.length === 0
        ? []
        : [h('section', { 'data-key': 'programs' }, [h('h2', {}, 'Programs'), ...programs.map(program)])]),
    ];
  }

  function goTo(key) {
    const sections = [...document.querySelectorAll('.explanation, .program')];
    const section = sections.find((child) => child.dataset.key === key);
    if (section === sections[0] && section.matches('.explanation')) {
      // Scroll to the top, so that the name and the state stay visible.
      window.scrollTo({ top: 0 });
    } else {
      section?.scrollIntoView({ block: 'start' });
    }
    section?.querySelector('h2, h3')?.focus({ preventScroll: true });
  }

  run(draw, goTo);
})();
