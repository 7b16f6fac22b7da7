// Time spans in OpenSSH's format, such as `1h30m`.

/** Seconds of a time span such as `1h30m` (TIME FORMATS in sshd_config(5)); undefined: invalid. */
export function parseTimeSpan(text: string): number | undefined {
  if (text === '' || !/^(?:\+?\d+[smhdw])*(?:\+?\d+)?$/i.test(text)) {
    return undefined;
  }
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  const parts = [...text.toLowerCase().matchAll(/(\d+)([smhdw]?)/g)];
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 1), 0);
}
