// A button of a webview page. The page knows only its id and label.
export interface ButtonView {
  readonly id: string;
  readonly label: string;
}
