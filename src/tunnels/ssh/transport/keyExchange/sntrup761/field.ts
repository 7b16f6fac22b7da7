// The numbers and polynomials of sntrup761: modulo 3 and modulo 4591, by x^761 - x - 1 (draft-josefsson-ntruprime-
// streamlined §3). No branch, index or division depends on a secret.

export const p = 761;
export const q = 4591;
/** Coefficients of a short polynomial that are not zero. */
export const w = 286;
/** Numbers modulo q are between this and its negative. */
export const q12 = (q - 1) / 2;
/** Division steps of an inversion. */
const steps = 2 * p - 1;

/** By multiplication with 1/q: correct for all sums and products here, which are below 11,000,000. */
export function moduloQ(x: number): number {
  const roughly = (x - Math.imul(q, Math.imul(57, x) >> 18)) | 0;
  return roughly - Math.imul(q, ((Math.imul(29235, roughly) + 67108864) | 0) >> 27);
}

/** -1, 0 or 1: correct for numbers up to 10,000, also negative ones. */
export function modulo3(x: number): number {
  return x - Math.imul(3, (Math.imul(10923, x) + 16384) >> 15);
}

/** -1 if x is not 0, else 0. */
export function nonZeroMask(x: number): number {
  return (x | -x) >> 31;
}

/** -1 if x is negative, else 0. */
export function negativeMask(x: number): number {
  return x >> 31;
}

/** @param small coefficients -1, 0 and 1: the sums of up to p products with them stay below 11,000,000 */
export function multiplyBySmall(
  factor: Int16Array,
  small: Int8Array | Int16Array,
  modulo: (x: number) => number,
): Int16Array {
  const product = new Int32Array(2 * p - 1);
  for (let i = 0; i < p; i++) {
    const times = factor[i] ?? 0;
    for (let j = 0; j < p; j++) {
      product[i + j] = ((product[i + j] ?? 0) + Math.imul(times, small[j] ?? 0)) | 0;
    }
  }
  // x^p = x + 1.
  for (let i = 2 * p - 2; i >= p; i--) {
    const high = product[i] ?? 0;
    product[i - p] = (product[i - p] ?? 0) + high;
    product[i - p + 1] = (product[i - p + 1] ?? 0) + high;
  }
  const reduced = new Int16Array(p);
  for (let i = 0; i < p; i++) {
    reduced[i] = modulo(product[i] ?? 0);
  }
  product.fill(0);
  return reduced;
}

/** By Fermat: x^(q-2) modulo q. */
function reciprocalOf(x: number): number {
  let power = x;
  for (let i = 1; i < q - 2; i++) {
    power = moduloQ(x * power);
  }
  return power;
}

/** 1/(3 * polynomial) modulo q, or undefined if there is none. */
export function reciprocalOf3(polynomial: Int8Array): Int16Array | undefined {
  return reciprocal(polynomial, reciprocalOf(3), divideModuloQ, reciprocalOf);
}

/** 1/polynomial modulo 3, or undefined if there is none. */
export function reciprocalModulo3(polynomial: Int8Array): Int16Array | undefined {
  return reciprocal(polynomial, 1, divideModulo3, (x) => x);
}

/**
 * By division steps in constant time (https://gcd.cr.yp.to/safegcd-20190413.pdf).
 * @param start what is divided by the polynomial
 * @param invert of a number
 */
function reciprocal(
  polynomial: Int8Array,
  start: number,
  divide: typeof divideModuloQ,
  invert: (x: number) => number,
): Int16Array | undefined {
  const f = new Int16Array(p + 1);
  const g = new Int16Array(p + 1);
  const v = new Int16Array(p + 1);
  const r = new Int16Array(p + 1);
  r.set([start]);
  // 1 - x^(p-1) - x^p, in the opposite order.
  f.set([1]);
  f.set([-1, -1], p - 1);
  for (let i = 0; i < p; i++) {
    g[p - 1 - i] = polynomial[i] ?? 0;
  }
  let delta = 1;
  for (let step = 0; step < steps; step++) {
    v.copyWithin(1, 0, p);
    v[0] = 0;
    const swap = negativeMask(-delta) & nonZeroMask(g[0] ?? 0);
    delta ^= swap & (delta ^ -delta);
    delta += 1;
    const f0 = ((f[0] ?? 0) & ~swap) | ((g[0] ?? 0) & swap);
    const g0 = ((g[0] ?? 0) & ~swap) | ((f[0] ?? 0) & swap);
    // The others are 0, or no longer reach the first place.
    divide(f, g, Math.min(p, steps - step) + 1, swap, f0, g0);
    divide(v, r, Math.min(p, step) + 1, swap, f0, g0);
    g.copyWithin(0, 1);
    g[p] = 0;
  }
  const scale = invert(f[0] ?? 0);
  const result = new Int16Array(p);
  for (let i = 0; i < p; i++) {
    // Changes nothing modulo 3.
    result[i] = moduloQ(scale * (v[p - 1 - i] ?? 0));
  }
  for (const secret of [f, g, v, r]) {
    secret.fill(0);
  }
  return delta === 0 ? result : undefined;
}

/** Swaps a and b where the mask is -1, and then sets b to f0 * b - g0 * a. */
function divideModuloQ(
  a: Int16Array,
  b: Int16Array,
  length: number,
  swap: number,
  f0: number,
  g0: number,
): void {
  for (let i = 0; i < length; i++) {
    const ai = a[i] ?? 0;
    const bi = b[i] ?? 0;
    const difference = swap & (ai ^ bi);
    const upper = ai ^ difference;
    a[i] = upper;
    // moduloQ(), not by a call: 1,500,000 times in a key pair.
    const x = (Math.imul(f0, bi ^ difference) - Math.imul(g0, upper)) | 0;
    const roughly = (x - Math.imul(q, Math.imul(57, x) >> 18)) | 0;
    b[i] = roughly - Math.imul(q, ((Math.imul(29235, roughly) + 67108864) | 0) >> 27);
  }
}

/** The same modulo 3. */
function divideModulo3(
  a: Int16Array,
  b: Int16Array,
  length: number,
  swap: number,
  f0: number,
  g0: number,
): void {
  for (let i = 0; i < length; i++) {
    const ai = a[i] ?? 0;
    const bi = b[i] ?? 0;
    const difference = swap & (ai ^ bi);
    const upper = ai ^ difference;
    a[i] = upper;
    const x = (Math.imul(f0, bi ^ difference) - Math.imul(g0, upper)) | 0;
    b[i] = x - Math.imul(3, (Math.imul(10923, x) + 16384) >> 15);
  }
}
