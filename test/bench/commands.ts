// What a bench client can ask its target for: one line of JSON.

export type Command =
  | { readonly do: 'echo' }
  | { readonly do: 'source'; readonly bytes: number; readonly distinct: boolean }
  | { readonly do: 'sink'; readonly hashed: boolean }
  | { readonly do: 'slowSink'; readonly bytesPerSecond: number };

export function formatCommand(command: Command): string {
  return `${JSON.stringify(command)}\n`;
}

export function parseCommand(line: string): Command {
  return JSON.parse(line) as Command;
}
