// Time spans as OpenSSH writes them, and as long as they can be.

/** The longest that a timer of Node can run: 2^31 - 1 ms. With more it does not wait at all. */
export const mostSeconds = 2_147_483;

/** Seconds, by TIME FORMATS of sshd_config(5), as in `1h30m`; undefined for anything else. */
export function parseTimeSpan(text: string): number | undefined {
  if (!/^(\d+[smhdw]?)+$/i.test(text)) {
    return undefined;
  }
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  const parts = [...text.toLowerCase().matchAll(/(\d+)([smhdw]?)/g)];
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 1), 0);
}
