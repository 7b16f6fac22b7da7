// The page of a tunnel's details: draws the plain data it is sent, and says which button was pressed. All text goes in
// as text. What has not changed keeps its element, and so its focus, its selection and its place under the eye.
(() => {
  const vscode = acquireVsCodeApi();
  const details = document.getElementById('details');
  const said = document.getElementById('said');

  /**
   * What an element is to be: a tag, attributes, and either text or children.
   * `key` tells it from its siblings where they come and go.
   */
  function h(tag, attributes, content) {
    return { tag, attributes: attributes ?? {}, content: content ?? '' };
  }

  /** Makes the children of an element what they are to be, with as little change as that takes. */
  function patch(parent, wanted) {
    const old = new Map([...parent.children].map((child, index) => [keyOf(child, index), child]));
    const kept = wanted.map((node, index) => {
      const key = `${node.tag} ${node.attributes['data-key'] ?? index}`;
      const element = old.get(key) ?? document.createElement(node.tag);
      old.delete(key);
      fill(element, node);
      return element;
    });
    for (const gone of old.values()) {
      gone.remove();
    }
    kept.forEach((element, index) => {
      if (parent.children[index] !== element) {
        parent.insertBefore(element, parent.children[index] ?? null);
      }
    });
  }

  function keyOf(element, index) {
    return `${element.localName} ${element.dataset.key ?? index}`;
  }

  function fill(element, { attributes, content }) {
    for (const [name, value] of Object.entries(attributes)) {
      if (element.getAttribute(name) !== String(value)) {
        element.setAttribute(name, String(value));
      }
    }
    if (typeof content === 'string') {
      if (element.textContent !== content) {
        element.textContent = content;
      }
    } else {
      patch(element, content);
    }
  }

  function button({ id, label }, style, description) {
    const attributes = { type: 'button', 'data-key': id, 'data-id': id, class: style };
    return h(
      'button',
      description === undefined ? attributes : { ...attributes, 'aria-label': description },
      label,
    );
  }

  function buttons(all, style) {
    return all.length === 0
      ? []
      : [
          h(
            'div',
            { class: 'buttons' },
            all.map((each) => button(each, style)),
          ),
        ];
  }

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

  function explanation({ key, title, when, message, nextStep, tried, said: words, sides, buttons: all }) {
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
      ...(words === undefined
        ? []
        : [part('What the server or the system said', [h('blockquote', {}, words)], 'said')]),
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

  function page(view) {
    const { title, description, state, tint, problems, explanations, forwards } = view;
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
              h('h2', { tabindex: -1 }, 'What is wrong with its settings'),
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
    ];
  }

  function goTo(key) {
    const sections = [...details.querySelectorAll('.explanation')];
    const section = sections.find((child) => child.dataset.key === key);
    if (section === sections[0]) {
      // Below the name and the state, which are worth seeing, too.
      window.scrollTo({ top: 0 });
    } else {
      section?.scrollIntoView({ block: 'start' });
    }
    section?.querySelector('h2')?.focus({ preventScroll: true });
  }

  window.addEventListener('message', ({ data }) => {
    if (data.type === 'view') {
      patch(details, page(data.view));
    } else if (data.type === 'goTo') {
      goTo(data.key);
    }
  });

  details.addEventListener('click', ({ target }) => {
    const pressed = target instanceof Element ? target.closest('button[data-id]') : null;
    if (!(pressed instanceof HTMLElement)) {
      return;
    }
    vscode.postMessage({ type: 'press', id: pressed.dataset.id });
    if (pressed.closest('.code')) {
      pressed.dataset.copied = 'true';
      said.textContent = 'Copied.';
      setTimeout(() => {
        delete pressed.dataset.copied;
        said.textContent = '';
      }, 2000);
    }
  });

  window.addEventListener('scroll', () => vscode.setState({ scroll: window.scrollY }), { passive: true });
  window.addEventListener(
    'message',
    () => window.scrollTo({ top: vscode.getState()?.scroll ?? 0 }),
    // After the first picture, which a page that was hidden draws anew.
    { once: true },
  );
  vscode.postMessage({ type: 'ready' });
})();
