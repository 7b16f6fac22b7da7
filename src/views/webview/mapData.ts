// The drawing, the chart and the lists of the details page and of the map, as plain data.

/** Theme colours that every theme defines. */
export type Tint = 'charts.green' | 'charts.yellow' | 'charts.red' | 'charts.blue' | 'disabledForeground';

/** How a line or a box looks, besides its colour: nobody has to tell colours apart. */
export type MapMark = 'working' | 'busy' | 'attention' | 'failed' | 'off';

export interface MapLook {
  readonly tint: Tint;
  readonly mark: MapMark;
}

/** One host on the way: a jump host or the server. */
export interface MapHop extends MapLook {
  readonly key: string;
  /** `Jump host`, `Server` */
  readonly role: string;
  readonly title: string;
}

/** One end of a forward. */
export interface MapEnd {
  /** `listens on`, `connects to` */
  readonly role: string;
  readonly text: string;
  /** It is another machine than the one that connects to it. */
  readonly beyond: boolean;
}

export interface MapRoute extends MapLook {
  readonly key: string;
  /** On the side of this machine, and on the side of the server. */
  readonly near: MapEnd;
  readonly far: MapEnd;
  /** `out`: clients connect here, and the server dials. */
  readonly direction: 'out' | 'in';
  /** Bytes flow now. */
  readonly moving: boolean;
  /** For screen readers, and for people who read rather than look. */
  readonly sentence: string;
}

export interface MapTunnel extends MapLook {
  readonly key: string;
  /** Absent if there is only one tunnel. */
  readonly title?: string;
  /** In the order of connecting, the server last. */
  readonly hops: readonly MapHop[];
  readonly routes: readonly MapRoute[];
  /** The way as a sentence. */
  readonly sentence: string;
}

export interface MapView {
  /** `This machine` */
  readonly machine: string;
  /** The heading of the targets that are other machines. */
  readonly targets: string;
  readonly tunnels: readonly MapTunnel[];
}

export interface ChartView {
  /** Seconds of the epoch. */
  readonly times: readonly number[];
  /** Bytes per second; null: it was not connected. */
  readonly received: readonly (number | null)[];
  readonly sent: readonly (number | null)[];
  readonly connections: readonly (number | null)[];
  readonly labels: { readonly received: string; readonly sent: string; readonly connections: string };
  /** BCP 47, for the axes. */
  readonly language: string;
  /** The same in words: the current and the highest rate. */
  readonly summary: string;
}

export interface TableView {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly string[] }[];
  /** What is left out. */
  readonly note?: string;
}

/** The page of Show Map. */
export interface MapPageView {
  readonly title: string;
  readonly state: string;
  readonly map: MapView;
}
