#!/usr/bin/env node
// Stands in for the desktop's `code` where there is none: @vscode/test-electron starts it with a desktop's command
// line, and it runs the same tests in code-server and a headless Chromium.
import { require as requireTypeScript } from 'tsx/cjs/api';

/** @type {typeof import('./shim')} */
const { runShim } = requireTypeScript('./shim.ts', import.meta.url);
await runShim(process.argv.slice(2));
