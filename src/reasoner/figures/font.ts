/** A dot-matrix font for what is written on sheets: 5 x 7 dots, our own words need no more than these characters. */

/** Five columns from left to right, two hexadecimal digits each; the lowest bit is the upper dot. */
const COLUMNS: ReadonlyMap<string, string> = new Map([
  [' ', '0000000000'],
  ['%', '2313086462'],
  ['(', '001C224100'],
  [')', '0041221C00'],
  ['+', '08083E0808'],
  [',', '0050300000'],
  ['-', '0808080808'],
  ['.', '0060600000'],
  ['/', '2010080402'],
  ['0', '3E5149453E'],
  ['1', '00427F4000'],
  ['2', '4261514946'],
  ['3', '2141454B31'],
  ['4', '1814127F10'],
  ['5', '2745454539'],
  ['6', '3C4A494930'],
  ['7', '0171090503'],
  ['8', '3649494936'],
  ['9', '064949291E'],
  [':', '0036360000'],
  [';', '0056360000'],
  ['A', '7E1111117E'],
  ['B', '7F49494936'],
  ['C', '3E41414122'],
  ['D', '7F4141221C'],
  ['E', '7F49494941'],
  ['F', '7F09090901'],
  ['G', '3E4149497A'],
  ['H', '7F0808087F'],
  ['I', '00417F4100'],
  ['J', '2040413F01'],
  ['K', '7F08142241'],
  ['L', '7F40404040'],
  ['M', '7F020C027F'],
  ['N', '7F0408107F'],
  ['O', '3E4141413E'],
  ['P', '7F09090906'],
  ['Q', '3E4151215E'],
  ['R', '7F09192946'],
  ['S', '4649494931'],
  ['T', '01017F0101'],
  ['U', '3F4040403F'],
  ['V', '1F2040201F'],
  ['W', '3F4038403F'],
  ['X', '6314081463'],
  ['Y', '0708700807'],
  ['Z', '6151494543'],
  ['a', '2054545478'],
  ['b', '7F48444438'],
  ['c', '3844444420'],
  ['d', '384444487F'],
  ['e', '3854545418'],
  ['f', '087E090102'],
  ['g', '0C5252523E'],
  ['h', '7F08040478'],
  ['i', '00447D4000'],
  ['j', '2040443D00'],
  ['k', '7F10284400'],
  ['l', '00417F4000'],
  ['m', '7C04180478'],
  ['n', '7C08040478'],
  ['o', '3844444438'],
  ['p', '7C14141408'],
  ['q', '081414187C'],
  ['r', '7C08040408'],
  ['s', '4854545420'],
  ['t', '043F444020'],
  ['u', '3C4040207C'],
  ['v', '1C2040201C'],
  ['w', '3C4030403C'],
  ['x', '4428102844'],
  ['y', '0C5050503C'],
  ['z', '4464544C44'],
])
const GLYPH_COLUMNS = 5
const GLYPH_ROWS = 8
/** Pixels per dot. */
const DOT = 2
/** From one character to the next. */
const ADVANCE = (GLYPH_COLUMNS + 1) * DOT
export const TEXT_HEIGHT = GLYPH_ROWS * DOT

/** Width of a text in pixels. */
export function textWidth(text: string): number {
  return Math.max(0, text.length * ADVANCE - DOT)
}

/**
 * Calls `dot` for every pixel of a text whose upper left corner is 0, 0. Throws RangeError for a character that the font does
 * not have: what is written on sheets is ours, and a text from elsewhere must not get there.
 */
export function eachTextPixel(text: string, dot: (x: number, y: number) => void): void {
  for (const [position, character] of Array.from(text).entries()) {
    const columns = COLUMNS.get(character)
    if (columns === undefined) throw new RangeError('A character that is not of our words.')
    for (let column = 0; column < GLYPH_COLUMNS; column++) {
      const bits = Number.parseInt(columns.slice(2 * column, 2 * column + 2), 16)
      for (let row = 0; row < GLYPH_ROWS; row++) {
        if (((bits >> row) & 1) === 1) square(position * ADVANCE + column * DOT, row * DOT, dot)
      }
    }
  }
}

function square(left: number, top: number, dot: (x: number, y: number) => void): void {
  for (let y = 0; y < DOT; y++) for (let x = 0; x < DOT; x++) dot(left + x, top + y)
}
