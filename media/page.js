// Shared by all webview pages: draws the plain data it receives, and reports which button was pressed. Text is inserted
// as text, never as HTML. Unchanged parts keep their elements, and so the focus, the selection and the scroll position.
'use strict';

const page = (() => {
  const vscode = acquireVsCodeApi();
  const root = document.getElementById('page');
  const announcement = document.getElementById('announcement');

  /**
   * Describes an element: a tag, attributes, and either text or children.
   * `data-key` identifies it among siblings that are added and removed.
   */
  function h(tag, attributes, content) {
    return { tag, attributes: attributes ?? {}, content: content ?? '' };
  }

  /** Updates the children of an element with as few changes as possible. */
  function patch(parent, nodes) {
    const old = new Map([...parent.children].map((child, index) => [keyOf(child, index), child]));
    const elements = nodes.map((node, index) => {
      const key = `${node.tag} ${node.attributes['data-key'] ?? index}`;
      const element = old.get(key) ?? document.createElement(node.tag);
      old.delete(key);
      fill(element, node);
      return element;
    });
    for (const removed of old.values()) {
      removed.remove();
    }
    elements.forEach((element, index) => {
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
   * @param draw makes elements from the data
   * @param goTo scrolls to a section, by its key
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
        announcement.textContent = 'Copied.';
        setTimeout(() => {
          delete pressed.dataset.copied;
          announcement.textContent = '';
        }, 2000);
      }
    });
    window.addEventListener('scroll', () => vscode.setState({ scroll: window.scrollY }), { passive: true });
    window.addEventListener(
      'message',
      () => window.scrollTo({ top: vscode.getState()?.scroll ?? 0 }),
      // Only after the first draw: a page that was hidden is loaded again.
      { once: true },
    );
    vscode.postMessage({ type: 'ready' });
  }

  return { h, button, buttons, run };
})();
