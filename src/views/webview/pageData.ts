// What the webview pages show, as plain data, and the messages between a page and the extension. The pages have no text
// of their own.
import type { ChartView, MapView, TableView, Tint } from './mapData';

export interface ButtonView {
  readonly id: string;
  readonly label: string;
  /** It isn't what most people come for. */
  readonly isSecondary?: true;
  /** For screen readers, instead of the label. */
  readonly description?: string;
  /** What screen readers say after a press. The button shows a tick. */
  readonly confirmation?: string;
}

export interface FactView {
  readonly term: string;
  readonly values: readonly string[];
}

export interface StepView {
  readonly text: string;
  readonly code?: string;
  readonly copy?: ButtonView;
}

export interface SideView {
  /** `On this machine`, `On the server (staging)`. */
  readonly title: string;
  readonly steps: readonly StepView[];
}

export interface ExplanationView {
  readonly key: string;
  readonly title: string;
  /** When it happened, for the error of a single connection or program. */
  readonly when?: string;
  readonly message: string;
  readonly nextStep: string;
  readonly tried: readonly string[];
  /** The server's or the system's own message, unchanged. */
  readonly detail?: string;
  readonly sides: readonly SideView[];
  readonly buttons: readonly ButtonView[];
}

/** What protects the connection to one host. */
export interface HopDetails {
  readonly key: string;
  /** Absent if there is only one. */
  readonly title?: string;
  readonly facts: readonly FactView[];
  readonly notes: readonly string[];
}

export interface ForwardDetails {
  readonly key: string;
  readonly title: string;
  readonly kind: string;
  readonly state: string;
  readonly tint: Tint;
  readonly facts: readonly FactView[];
  readonly notes: readonly string[];
  readonly buttons: readonly ButtonView[];
}

export interface ProgramDetails {
  readonly key: string;
  readonly title: string;
  readonly state: string;
  readonly tint: Tint;
  readonly facts: readonly FactView[];
  /** The last lines of its output, unchanged. */
  readonly output: readonly string[];
  readonly buttons: readonly ButtonView[];
}

export interface DetailsHeadings {
  readonly problems: string;
  readonly happened: string;
  readonly tried: string;
  readonly detail: string;
  readonly next: string;
  readonly connection: string;
  readonly protection: string;
  readonly forwards: string;
  readonly programs: string;
  readonly output: string;
  readonly way: string;
  readonly traffic: string;
  readonly connections: string;
  readonly history: string;
  readonly log: string;
}

export interface DetailsView {
  readonly title: string;
  readonly description?: string;
  readonly state: string;
  readonly tint: Tint;
  readonly headings: DetailsHeadings;
  readonly buttons: readonly ButtonView[];
  readonly problems: readonly string[];
  readonly explanations: readonly ExplanationView[];
  readonly map?: MapView;
  readonly facts: readonly FactView[];
  readonly chart?: ChartView;
  readonly connections?: TableView;
  readonly history?: TableView;
  /** The last lines of its log. */
  readonly log: readonly string[];
  readonly forwards: readonly ForwardDetails[];
  readonly programs: readonly ProgramDetails[];
  /** At the end: few look for it. */
  readonly protection: readonly HopDetails[];
}

export interface ConsentLine {
  readonly text: string;
  readonly risk?: string;
}

export interface SheetLine extends ConsentLine {
  /** Compared with what was allowed before. */
  readonly change?: 'added' | 'removed';
}

export interface ReviewedTunnelView {
  readonly key: string;
  readonly title: string;
  readonly origin: string;
  readonly state: string;
  readonly tint: Tint;
  readonly lines: readonly SheetLine[];
  readonly note?: string;
  readonly buttons: readonly ButtonView[];
}

export interface ConsentView {
  readonly title: string;
  readonly notes: readonly string[];
  /** Before a line that has changed. */
  readonly changeLabels: Readonly<Record<NonNullable<SheetLine['change']>, string>>;
  readonly buttons: readonly ButtonView[];
  readonly tunnels: readonly ReviewedTunnelView[];
}

export type MessageToPage<View> =
  | { readonly type: 'view'; readonly view: View }
  /** key: of the section to scroll to. */
  | { readonly type: 'goTo'; readonly key: string };

export type MessageFromPage =
  /** The page has loaded or reloaded, and is still empty. */
  | { readonly type: 'ready' }
  /** id: of the button. */
  | { readonly type: 'press'; readonly id: string };
