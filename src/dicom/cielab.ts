/** sRGB (0-255) to the 16-bit CIELab of Recommended Display CIELab Value (PS3.3 C.10.7.1.1; D50, IEC 61966-2-1). */
export function cielabOf([red, green, blue]: readonly [number, number, number]): [number, number, number] {
  const [r, g, b] = [linear(red / 255), linear(green / 255), linear(blue / 255)]
  // sRGB to XYZ adapted to D50 (Bradford), divided by the D50 white point.
  const x = lightness((0.4360747 * r + 0.3850649 * g + 0.1430804 * b) / 0.96422)
  const y = lightness(0.2225045 * r + 0.7168786 * g + 0.0606169 * b)
  const z = lightness((0.0139322 * r + 0.0971045 * g + 0.7141733 * b) / 0.82521)
  const [l, a, bStar] = [116 * y - 16, 500 * (x - y), 200 * (y - z)]
  return [to16(l / 100), to16((a + 128) / 255), to16((bStar + 128) / 255)]
}

function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

function lightness(t: number): number {
  return t > 216 / 24_389 ? Math.cbrt(t) : (24_389 / 27 / 116) * t + 16 / 116
}

function to16(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 65_535)
}
