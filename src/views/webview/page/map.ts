// The page of Show Map: the drawing of all tunnels of the window.
import type { MapPageView } from '../mapData';
import { drawing } from './drawing';
import { columnWidth, h, redrawOnResize, receiver, run } from './page';
import type { Markup } from './page';

function draw({ title, state, map }: MapPageView): readonly Markup[] {
  return [
    h('header', {}, [h('h1', {}, title), h('p', { class: 'description' }, state)]),
    ...(map.tunnels.length === 0 ? [] : [drawing(map, columnWidth(), title)]),
  ];
}

run(redrawOnResize(receiver(draw, () => undefined)));
