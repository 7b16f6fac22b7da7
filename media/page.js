// What every page of ours shares: it draws the plain data it is sent, and says which button was pressed. All text goes in
// as text. What has not changed keeps its element, and so its focus, its selection and its place under the eye.
'use strict';

const page = (() => {
  const vscode = acquireVsCodeApi();
  const root = document.getElementById('page');
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

  /**
   * @param draw from the data to the elements
   * @param goTo to a section, by its key
   */
  function run(draw, goTo) {
    window.addEventListener('message', ({ data }) => {
      if (data.type === 'view') {
        patch(root, draw(data.view));
      } else if (data.type === 'goTo') {
        goTo(data.key);
      }
    });
    root.addEventListener('click', ({ target }) => {
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
  }

  return { h, button, buttons, run };
})();
