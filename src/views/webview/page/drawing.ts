// Draws the way of the bytes as SVG: side by side, or below each other in a narrow page. Screen readers get a list.
import type { MapEnd, MapMark, MapRoute, MapTunnel, MapView } from '../mapData';
import { h } from './page';
import type { Markup } from './page';

const headerHeight = 46;
const rowHeight = 48;
const chipHeight = 38;
const padding = 10;
const gap = 44;
const leastColumn = 132;
const leastJump = 104;
const titleHeight = 26;
const bandGap = 18;

/** A word for each mark is in the sentences; the drawing has these shapes. */
const symbols: Readonly<Record<MapMark, string>> = {
  working: '✓',
  busy: '…',
  attention: '!',
  failed: '✕',
  off: '○',
};

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** @param width of the page's column, in CSS pixels */
export function drawing(view: MapView, width: number, label: string): Markup {
  const { parts, height } = fitsSideBySide(view, width) ? sideBySide(view, width) : stacked(view, width);
  const size = { width: String(width), height: String(height), viewBox: `0 0 ${width} ${height}` };
  return h('figure', { class: 'map', 'data-key': 'map' }, [
    h('svg', { ...size, role: 'img', 'aria-label': label, focusable: 'false' }, [
      h('g', { 'aria-hidden': 'true' }, parts),
    ]),
    h(
      'ul',
      { class: 'visually-hidden' },
      view.tunnels.flatMap(({ key, title, sentence, routes }) => [
        h('li', { 'data-key': key }, title === undefined ? sentence : `${title}: ${sentence}`),
        ...routes.map((route) => h('li', { 'data-key': `${key} ${route.key}` }, route.sentence)),
      ]),
    ),
  ]);
}

interface Drawn {
  readonly parts: readonly Markup[];
  readonly height: number;
}

interface Columns {
  readonly before: boolean;
  readonly after: boolean;
  readonly jumps: number;
}

function columnsOf({ tunnels }: MapView): Columns {
  const routes = tunnels.flatMap((tunnel) => tunnel.routes);
  return {
    before: routes.some(({ near }) => near.beyond),
    after: routes.some(({ far }) => far.beyond),
    jumps: Math.max(0, ...tunnels.map(({ hops }) => hops.length - 1)),
  };
}

function fitsSideBySide(view: MapView, width: number): boolean {
  const { before, after, jumps } = columnsOf(view);
  const large = 2 + Number(before) + Number(after);
  return width >= large * leastColumn + jumps * leastJump + (large + jumps - 1) * gap;
}

function sideBySide(view: MapView, width: number): Drawn {
  const { before, after, jumps } = columnsOf(view);
  const large = 2 + Number(before) + Number(after);
  const room = width - (large + jumps - 1) * gap - 2;
  const jumpWidth = jumps === 0 ? 0 : Math.max(leastJump, (room * 0.6) / (large + jumps * 0.6));
  const column = (room - jumps * jumpWidth) / large;
  const machineX = 1 + (before ? column + gap : 0);
  const firstJumpX = machineX + column + gap;
  const serverX = firstJumpX + jumps * (jumpWidth + gap);
  const afterX = serverX + column + gap;
  let y = 1;
  const bands: Markup[] = [];
  for (const tunnel of view.tunnels) {
    const top = y + (tunnel.title === undefined ? 0 : titleHeight);
    const height = headerHeight + Math.max(1, tunnel.routes.length) * rowHeight + padding / 2;
    const serverIndex = tunnel.hops.length - 1;
    const boxOf = (index: number): Box =>
      index === serverIndex
        ? { x: serverX, y: top, width: column, height }
        : { x: firstJumpX + index * (jumpWidth + gap), y: top, width: jumpWidth, height };
    const link = {
      x: machineX + column,
      y: top + headerHeight + 2,
      width: serverX - machineX - column,
      height: height - headerHeight - padding / 2 - 4,
    };
    bands.push(
      group(tunnel.key, tunnel, [
        ...(tunnel.title === undefined
          ? []
          : [
              text(
                firstJumpX,
                y + 17,
                `${symbols[tunnel.mark]} ${tunnel.title}`,
                serverX + column - firstJumpX,
                'title',
              ),
            ]),
        group('link', tunnel.hops.at(-1), [rectangle('link', link, 'link')]),
        ...tunnel.hops.map((hop, index) =>
          group(hop.key, hop, box(boxOf(index), hop.role, `${symbols[hop.mark]} ${hop.title}`)),
        ),
        ...(tunnel.routes.some(({ near }) => near.beyond) && before
          ? [text(1 + padding, top + 18, view.targets, column, 'role')]
          : []),
        ...(tunnel.routes.some(({ far }) => far.beyond) && after
          ? [text(afterX + padding, top + 18, view.targets, column, 'role')]
          : []),
        ...tunnel.routes.map((route, index) => {
          const chipY = top + headerHeight + index * rowHeight + (rowHeight - chipHeight) / 2;
          const near = chipBox(route.near.beyond ? 1 : machineX, chipY, column, route.near.beyond);
          const far = chipBox(route.far.beyond ? afterX : serverX, chipY, column, route.far.beyond);
          const middle = chipY + chipHeight / 2;
          return group(route.key, route, [
            ...arrow(
              [
                [near.x + near.width, middle],
                [far.x, middle],
              ],
              route,
            ),
            ...chip(near, route.near, route),
            ...chip(far, route.far, route),
          ]);
        }),
      ]),
    );
    y = top + height + bandGap;
  }
  const height = y - bandGap + 1;
  const machine = { x: machineX, y: 1, width: column, height: Math.max(headerHeight, height - 2) };
  return {
    parts: [group('machine', undefined, box(machine, '', view.machine)), ...bands],
    height: Math.ceil(height),
  };
}

/** Like a graph of commits: each forward has a lane on the left, from its one end down to its other. */
function stacked(view: MapView, width: number): Drawn {
  let y = 1;
  const parts: Markup[] = [];
  for (const tunnel of view.tunnels) {
    const drawn = stackedTunnel(tunnel, view, width, y);
    parts.push(...drawn.parts);
    y = drawn.height + bandGap;
  }
  return { parts, height: Math.ceil(y - bandGap + 1) };
}

function stackedTunnel(tunnel: MapTunnel, view: MapView, width: number, start: number): Drawn {
  const { routes, hops } = tunnel;
  const step = Math.min(12, 84 / Math.max(1, routes.length));
  const laneX = (index: number): number => 12 + index * step;
  const chipX = 12 + routes.length * step + 14;
  const chipWidth = width - chipX - padding;
  const near = new Map<MapRoute, Box>();
  const far = new Map<MapRoute, Box>();
  const boxes: Markup[] = [];
  let y = start;
  if (tunnel.title !== undefined) {
    boxes.push(text(1, y + 17, `${symbols[tunnel.mark]} ${tunnel.title}`, width, 'title'));
    y += titleHeight;
  }
  const section = (
    key: string,
    look: { readonly tint: string; readonly mark: MapMark } | undefined,
    role: string,
    title: string,
    chips: readonly MapRoute[],
    into: Map<MapRoute, Box>,
    framed = true,
  ): void => {
    const head = framed ? headerHeight : 26;
    const height = head + chips.length * rowHeight + (chips.length > 0 ? 4 : 0);
    const frame = { x: 1, y, width: width - 2, height };
    boxes.push(
      group(
        key,
        look,
        framed ? box(frame, role, title, chipX - 1) : [text(chipX, y + 18, title, chipWidth, 'role')],
      ),
    );
    chips.forEach((route, index) =>
      into.set(route, {
        x: chipX,
        y: y + head + index * rowHeight + 3,
        width: chipWidth,
        height: chipHeight,
      }),
    );
    y += height + 14;
  };
  const nearBeyond = routes.filter((route) => route.near.beyond);
  const farBeyond = routes.filter((route) => route.far.beyond);
  if (nearBeyond.length > 0) {
    section('before', undefined, '', view.targets, nearBeyond, near, false);
  }
  const inside = routes.filter((route) => !route.near.beyond);
  section('machine', undefined, '', view.machine, inside, near);
  hops.forEach((hop, index) => {
    const isServer = index === hops.length - 1;
    const chips = isServer ? routes.filter((route) => !route.far.beyond) : [];
    section(hop.key, hop, hop.role, `${symbols[hop.mark]} ${hop.title}`, chips, far);
  });
  if (farBeyond.length > 0) {
    section('after', undefined, '', view.targets, farBeyond, far, false);
  }
  const lines = routes.map((route, index) => {
    const [one, other] = [near.get(route), far.get(route)];
    const x = laneX(index);
    return group(
      route.key,
      route,
      one && other
        ? [
            ...arrow(
              [
                [one.x, one.y + chipHeight / 2],
                [x, one.y + chipHeight / 2],
                [x, other.y + chipHeight / 2],
                [other.x, other.y + chipHeight / 2],
              ],
              route,
            ),
            ...chip(one, route.near, route),
            ...chip(other, route.far, route),
          ]
        : [],
    );
  });
  return { parts: [group(tunnel.key, tunnel, [...boxes, ...lines])], height: y - 14 };
}

function group(
  key: string,
  look: { readonly tint: string; readonly mark: MapMark } | undefined,
  content: readonly Markup[],
): Markup {
  return h(
    'g',
    { 'data-key': key, 'data-tint': look?.tint ?? 'none', 'data-mark': look?.mark ?? 'none' },
    content,
  );
}

function rectangle(key: string, { x, y, width, height }: Box, style: string, radius = 4): Markup {
  return h('rect', {
    'data-key': key,
    class: style,
    x: number(x),
    y: number(y),
    width: number(Math.max(0, width)),
    height: number(Math.max(0, height)),
    rx: String(radius),
  });
}

function box(frame: Box, role: string, title: string, textX = frame.x + padding): readonly Markup[] {
  const room = frame.x + frame.width - textX - padding;
  return [
    rectangle('box', frame, 'box'),
    ...(role === ''
      ? [text(textX, frame.y + 28, title, room, 'name')]
      : [text(textX, frame.y + 18, role, room, 'role'), text(textX, frame.y + 36, title, room, 'name')]),
  ];
}

function chipBox(x: number, y: number, width: number, beyond: boolean): Box {
  const inset = beyond ? 0 : padding - 2;
  return { x: x + inset, y, width: width - 2 * inset, height: chipHeight };
}

function chip(frame: Box, end: MapEnd, { mark, key }: MapRoute): readonly Markup[] {
  const room = frame.width - 16;
  return [
    rectangle(`${key} ${end.role}`, frame, 'chip', 3),
    text(frame.x + 8, frame.y + 15, `${symbols[mark]} ${end.role}`, room, 'role'),
    text(frame.x + 8, frame.y + 31, end.text, room, 'address'),
  ];
}

type Point = readonly [x: number, y: number];

/** A line with a head at the end that is dialled. */
function arrow(points: readonly Point[], { direction, moving, mark }: MapRoute): readonly Markup[] {
  const way = direction === 'out' ? points : points.toReversed();
  const [x = 0, y = 0] = way.at(-1) ?? [];
  const [before = 0] = way.at(-2) ?? [];
  const side = x >= before ? -1 : 1;
  const d = way.map(([px, py], index) => `${index === 0 ? 'M' : 'L'}${number(px)} ${number(py)}`).join(' ');
  const head = [
    [x, y],
    [x + side * 8, y - 4.5],
    [x + side * 8, y + 4.5],
  ];
  return [
    h('path', { class: moving ? 'route moving' : 'route', d, 'data-mark': mark }),
    h('polygon', {
      class: 'head',
      points: head.map(([px = 0, py = 0]) => `${number(px)},${number(py)}`).join(' '),
    }),
  ];
}

/** A text of one line, shortened to its room; the whole is its tooltip. */
function text(x: number, y: number, words: string, room: number, style: string): Markup {
  return h('text', { class: style, x: number(x), y: number(y) }, [
    h('tspan', {}, shortened(words, room, style)),
    h('title', {}, words),
  ]);
}

let context: CanvasRenderingContext2D | null | undefined;

function shortened(words: string, room: number, style: string): string {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) {
    return words;
  }
  const { fontFamily } = getComputedStyle(document.body);
  const weight = style === 'name' || style === 'title' ? '600' : '400';
  context.font = [weight, style === 'role' ? '11px' : '13px', fontFamily].join(' ');
  if (context.measureText(words).width <= room) {
    return words;
  }
  const characters = Array.from(words);
  while (characters.length > 1 && context.measureText(`${characters.join('')}…`).width > room) {
    characters.pop();
  }
  return `${characters.join('')}…`;
}

function number(value: number): string {
  return String(Math.round(value * 2) / 2);
}
