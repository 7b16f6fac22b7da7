// The colours that VS Code gives to webviews in three of its own themes, as far as our pages use them.

export type ThemeName = 'dark' | 'light' | 'contrast';

const common = {
  'editor-font-family': 'monospace',
  'editor-font-size': '14px',
};

const colours: Readonly<Record<ThemeName, Readonly<Record<string, string>>>> = {
  dark: {
    foreground: '#cccccc',
    descriptionForeground: '#9d9d9d',
    disabledForeground: 'rgba(204,204,204,0.5)',
    'editor-background': '#1f1f1f',
    'editor-foreground': '#cccccc',
    'editorWidget-background': '#202020',
    'editorWidget-border': '#454545',
    'panel-border': '#2b2b2b',
    focusBorder: '#0078d4',
    'button-foreground': '#ffffff',
    'button-background': '#0078d4',
    'button-secondaryForeground': '#cccccc',
    'button-secondaryBackground': '#313131',
    'textBlockQuote-background': '#2b2b2b',
    'textBlockQuote-border': '#616161',
    'editorWarning-foreground': '#cca700',
    'charts-green': '#89d185',
    'charts-yellow': '#cca700',
    'charts-red': '#f14c4c',
    'charts-blue': '#3794ff',
    'charts-orange': '#d18616',
  },
  light: {
    foreground: '#3b3b3b',
    descriptionForeground: '#3b3b3b',
    disabledForeground: 'rgba(97,97,97,0.5)',
    'editor-background': '#ffffff',
    'editor-foreground': '#3b3b3b',
    'editorWidget-background': '#f8f8f8',
    'editorWidget-border': '#c8c8c8',
    'panel-border': '#e5e5e5',
    focusBorder: '#005fb8',
    'button-foreground': '#ffffff',
    'button-background': '#005fb8',
    'button-secondaryForeground': '#3b3b3b',
    'button-secondaryBackground': '#e5e5e5',
    'textBlockQuote-background': '#f8f8f8',
    'textBlockQuote-border': '#e5e5e5',
    'editorWarning-foreground': '#bf8803',
    'charts-green': '#388a34',
    'charts-yellow': '#bf8803',
    'charts-red': '#e51400',
    'charts-blue': '#1a85ff',
    'charts-orange': '#d18616',
  },
  contrast: {
    foreground: '#ffffff',
    descriptionForeground: 'rgba(255,255,255,0.7)',
    disabledForeground: '#a5a5a5',
    'editor-background': '#000000',
    'editor-foreground': '#ffffff',
    'editorWidget-background': '#0c141f',
    'editorWidget-border': '#6fc3df',
    'panel-border': '#6fc3df',
    contrastBorder: '#6fc3df',
    focusBorder: '#f38518',
    'button-foreground': '#ffffff',
    'button-background': '#000000',
    'button-border': '#6fc3df',
    'button-secondaryForeground': '#ffffff',
    'button-secondaryBackground': '#000000',
    'textBlockQuote-background': '#000000',
    'textBlockQuote-border': '#ffffff',
    'editorWarning-foreground': '#ffd370',
    'charts-green': '#89d185',
    'charts-yellow': '#ffd370',
    'charts-red': '#f48771',
    'charts-blue': '#3794ff',
    'charts-orange': '#d18616',
  },
};

/** The style sheet of a webview in this theme. */
export function themeCss(theme: ThemeName): string {
  const variables = Object.entries({ ...common, ...colours[theme] }).map(
    ([name, value]) => `--vscode-${name}: ${value};`,
  );
  return `:root { ${variables.join(' ')} }
html { scrollbar-color: gray transparent; }
body { font: 13px/1.4 system-ui, sans-serif; background: var(--vscode-editor-background); }`;
}
