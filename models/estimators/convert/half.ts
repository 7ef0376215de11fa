/** IEEE 754 binary16 → binary32. Source: IEEE 754-2019, table 3.5. */
const SMALLEST_SUBNORMAL = 2 ** -24;

const halfValue = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * SMALLEST_SUBNORMAL;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
};

/** All 65,536 half-precision numbers: a network holds millions, a look-up is the fastest way. */
const HALF_VALUES = Float32Array.from({ length: 0x10000 }, (_, bits) => halfValue(bits));

/** @param bytes little-endian half-precision numbers. */
export const halvesToFloats = (bytes: Uint8Array): Float32Array => {
  const floats = new Float32Array(bytes.length >> 1);
  for (let i = 0; i < floats.length; i++) floats[i] = HALF_VALUES[bytes[2 * i] | (bytes[2 * i + 1] << 8)];
  return floats;
};
