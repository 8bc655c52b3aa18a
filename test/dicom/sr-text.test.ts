import { describe, expect, it } from 'vitest'
import { cleanLine, cleanText } from '../../src/dicom/sr-text.ts'

describe('cleanText', () => {
  it.each([
    ['a\nb\r\nc\rd', 'a\r\nb\r\nc\r\nd'],
    ['a\\b', 'a/b'],
    ['a\u0000\u001B[31mb\u0085', 'a[31mb'],
    ['half \uD83E of a character', 'half  of a character'],
    ['🫁 lung', '🫁 lung'],
    ['abc\u202Efed', 'abcfed'],
    ['a\tb', 'a b'],
    ['  a  ', 'a'],
  ])('%j becomes %j', (text, clean) => {
    expect(cleanText(text, 100)).toBe(clean)
  })

  it('cuts at whole characters and says so', () => {
    expect(cleanText('🫁'.repeat(11), 10)).toBe(`${'🫁'.repeat(7)}...`)
    expect(cleanText('🫁'.repeat(10), 10)).toBe('🫁'.repeat(10))
  })

  it('does not read more of a huge text than it needs', () => {
    expect(cleanText('x'.repeat(50_000_000), 5)).toBe('xx...')
  })
})

describe('cleanLine', () => {
  it('is one line', () => {
    expect(cleanLine('a\r\n\tb\u2028c', 100)).toBe('a b c')
  })
})
