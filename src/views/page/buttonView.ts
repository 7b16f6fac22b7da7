// A button of a page of ours. What it stands for stays on this side; the page knows it by an id alone.
export interface ButtonView {
  readonly id: string;
  readonly label: string;
}
