import { expect, test } from 'vitest'
import { figureText } from '#features/assets/figure-text.ts'

test.each([
  ['35001.44879216010000', 'N', '35001.4488', null],
  ['384.7472', 'N', '384.7472', null],
  ['2024-10-02 05:35:37.362642+00', 'D', '2024-10-02', '05:35:37+00'],
  ['2024-10-02 05:35:37', 'D', '2024-10-02', '05:35:37'],
  ['0044-03-15 12:00:00+00 BC', 'D', '0044-03-15', '12:00:00+00 BC'],
  ['2024-10-02', 'D', '2024-10-02', null],
  ['0044-03-15 BC', 'D', '0044-03-15 BC', null],
  ['infinity', 'D', 'infinity', null],
  ['2024-10-02 05:35:37.362642+00', 'S', '2024-10-02 05:35:37.362642+00', null],
])('%s of category %s is written %s and %s', (value, category, text, below) => {
  expect(figureText(value, category)).toEqual({ text, below })
})
