// Loads ssh2 as it ships with us: without its native code. Must be imported before it.
import { Module } from 'node:module';

(Module as unknown as { _extensions: Record<string, unknown> })._extensions['.node'] = () => {
  throw new Error('no native code');
};
