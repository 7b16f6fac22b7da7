// Shared by all webview pages: draws the plain data it receives, and reports which button was pressed. Text is inserted
// as text, never as HTML. Unchanged parts keep their elements, and so the focus, the selection and the scroll position.
import type { ButtonView, MessageFromPage, MessageToPage } from '../pageData';

/** What VS Code keeps of the page, and gives to its serializer after a reload of the window. */
interface PageState {
  readonly scroll: number;
  /** What it shows. */
  readonly subject: string;
}

/** What VS Code gives to the page of a webview. */
interface WebviewApi {
  postMessage(message: MessageFromPage): void;
  getState(): PageState | undefined;
  setState(state: PageState): void;
}
declare function acquireVsCodeApi(): WebviewApi;

/** An element. Its attribute `data-key` identifies it among siblings that are added and removed. */
export interface Markup {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** null: another part of the script fills it. */
  readonly content: string | readonly Markup[] | null;
}

export function h(
  tag: string,
  attributes: Markup['attributes'] = {},
  content: Markup['content'] = '',
): Markup {
  return { tag, attributes, content };
}

/** The coloured dot before a state. */
export const dot = h('span', { class: 'dot', 'aria-hidden': 'true' });

export function button(
  { id, label, isSecondary, description, confirmation }: ButtonView,
  style: 'primary' | 'secondary' = isSecondary ? 'secondary' : 'primary',
): Markup {
  const attributes = {
    type: 'button',
    'data-key': id,
    'data-id': id,
    class: style,
    ...(description === undefined ? {} : { 'aria-label': description }),
    ...(confirmation === undefined ? {} : { 'data-confirmation': confirmation }),
  };
  return h('button', attributes, label);
}

export function buttons(all: readonly ButtonView[], style?: 'primary' | 'secondary'): Markup[] {
  const row = all.map((each) => button(each, style));
  return row.length === 0 ? [] : [h('div', { class: 'buttons' }, row)];
}

export function list(items: readonly string[]): Markup {
  return h(
    'ul',
    {},
    items.map((item) => h('li', {}, item)),
  );
}

/** Milliseconds for which a pressed button shows its tick. */
const confirmationMs = 2000;

/**
 * What handles the messages of the extension.
 * @param draw makes elements from the data
 * @param goTo scrolls to a section, by its key
 */
export function receiver<View>(
  draw: (view: View) => readonly Markup[],
  goTo: (key: string) => void,
): (event: MessageEvent<MessageToPage<View>>) => void {
  const root = elementById('page');
  return ({ data }) => {
    if (data.type === 'view') {
      patch(root, draw(data.view));
    } else {
      goTo(data.key);
    }
  };
}

/** In CSS pixels. */
export function columnWidth(): number {
  return Math.max(240, Math.floor(elementById('page').clientWidth));
}

/** Draws the last view again when the width of the page has changed. @param then called after each draw */
export function redrawOnResize<View>(
  receive: (event: MessageEvent<MessageToPage<View>>) => void,
  then: () => void = () => undefined,
): (event: MessageEvent<MessageToPage<View>>) => void {
  let last: MessageEvent<MessageToPage<View>> | undefined;
  let width = 0;
  new ResizeObserver(() => {
    if (last && columnWidth() !== width) {
      width = columnWidth();
      receive(last);
      then();
    }
  }).observe(elementById('page'));
  return (event) => {
    if (event.data.type === 'view') {
      last = event;
      width = columnWidth();
    }
    receive(event);
    then();
  };
}

/** Starts the page. */
export function run(receive: (event: MessageEvent) => void): void {
  const webview = acquireVsCodeApi();
  const root = elementById('page');
  const announcement = elementById('announcement');
  window.addEventListener('message', receive);
  root.addEventListener('click', ({ target }) => {
    const pressed = target instanceof Element ? target.closest<HTMLElement>('button[data-id]') : null;
    const { id, confirmation } = pressed?.dataset ?? {};
    if (!pressed || id === undefined) {
      return;
    }
    webview.postMessage({ type: 'press', id });
    if (confirmation !== undefined) {
      pressed.dataset['confirmed'] = 'true';
      announcement.textContent = confirmation;
      setTimeout(() => {
        delete pressed.dataset['confirmed'];
        announcement.textContent = '';
      }, confirmationMs);
    }
  });
  const subject = root.dataset['subject'] ?? '';
  const saveState = (scroll: number): void => webview.setState({ scroll, subject });
  saveState(webview.getState()?.scroll ?? 0);
  window.addEventListener('scroll', () => saveState(window.scrollY), { passive: true });
  window.addEventListener(
    'message',
    () => window.scrollTo({ top: webview.getState()?.scroll ?? 0 }),
    // Only after the first draw: a page that was hidden is loaded again.
    { once: true },
  );
  webview.postMessage({ type: 'ready' });
}

function elementById(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) {
    throw new TypeError(`The page has no element ${id}.`);
  }
  return element;
}

/** Updates the children of an element with as few changes as possible. */
function patch(parent: Element, nodes: readonly Markup[]): void {
  const children = [...parent.children];
  const old = new Map(
    children.map((child, index) => [keyOf(child.localName, dataKey(child), index), child] as const),
  );
  const elements = nodes.map((node, index) => {
    const key = keyOf(node.tag, node.attributes['data-key'], index);
    const element = old.get(key) ?? createElement(parent, node.tag);
    old.delete(key);
    fill(element, node);
    return element;
  });
  for (const removed of old.values()) {
    removed.remove();
  }
  for (const [index, element] of elements.entries()) {
    const current = parent.children[index];
    if (current !== element) {
      parent.insertBefore(element, current ?? null);
    }
  }
}

const svgNamespace = 'http://www.w3.org/2000/svg';

function createElement(parent: Element, tag: string): Element {
  return tag === 'svg' || parent.namespaceURI === svgNamespace
    ? document.createElementNS(svgNamespace, tag)
    : document.createElement(tag);
}

function keyOf(tag: string, key: string | undefined, index: number): string {
  return `${tag} ${key ?? index}`;
}

function dataKey(element: Element): string | undefined {
  return element.getAttribute('data-key') ?? undefined;
}

function fill(element: Element, { attributes, content }: Markup): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== value) {
      element.setAttribute(name, value);
    }
  }
  if (content === null) {
    return;
  }
  if (typeof content !== 'string') {
    patch(element, content);
  } else if (element.textContent !== content) {
    element.textContent = content;
  }
}

/** Scrolls to a section and starts a screen reader at its heading. */
export function showSection(section: Element | undefined, isAtTop = false): void {
  if (isAtTop) {
    window.scrollTo({ top: 0 });
  } else {
    section?.scrollIntoView({ block: 'start' });
  }
  section?.querySelector<HTMLElement>('h2, h3')?.focus({ preventScroll: true });
}

/** @returns the first of these elements with a key */
export function findByKey(selector: string, key: string): Element | undefined {
  return [...document.querySelectorAll(selector)].find((element) => dataKey(element) === key);
}
