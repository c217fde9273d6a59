// The frame of an exported picture: title, what it shows and a legend, above and below it. Laid out once, painted on a canvas or
// written as SVG.

import {BOLD, PLAIN, fontOf} from "./text_atlas.js";

const SIDE = 18, TITLE_HEIGHT = 20, WORDS_HEIGHT = 12.5, LEADING = 18, GAP = 16; // pixels
const SWATCH = 5; // radius

/**
 * @param {{title: string, words: string[], legend: {label: string, colour: string}[], source: string}} frame words: lines below the
 *   title; colour: "" for a label without a mark; source: where the picture comes from
 * @param {number} width pixels
 * @param {(text: string, height: number, hand: number) => number} measure width of a text
 * @returns {{above: number, below: number, texts: object[], marks: object[]}} pixels above and below the picture; y counts from the
 *   top, or with `isBelow` from the bottom of the picture
 */
export function layOutFrame({ title, words, legend, source }, width, measure) {
  const texts = [{ text: fitted(title, TITLE_HEIGHT, BOLD), x: SIDE, y: 24, height: TITLE_HEIGHT, hand: BOLD }], marks = [];
  words.forEach((line, at) => texts.push({ text: fitted(line, WORDS_HEIGHT, PLAIN), x: SIDE, y: 48 + at * LEADING, height: WORDS_HEIGHT, hand: PLAIN, isQuiet: true }));
  let x = SIDE, y = 16;
  for (const { label, colour } of legend) {
    const text = fitted(label, WORDS_HEIGHT, PLAIN, 3 * SWATCH), wide = measure(text, WORDS_HEIGHT, PLAIN) + (colour ? 3 * SWATCH : 0);
    if (x > SIDE && x + wide > width - SIDE) [x, y] = [SIDE, y + LEADING];
    if (colour) marks.push({ x: x + SWATCH, y, r: SWATCH, colour, isBelow: true });
    texts.push({ text, x: x + (colour ? 3 * SWATCH : 0), y, height: WORDS_HEIGHT, hand: PLAIN, isBelow: true });
    x += wide + GAP;
  }
  texts.push({ text: fitted(source, WORDS_HEIGHT, PLAIN), x: SIDE, y: y + LEADING + 2, height: WORDS_HEIGHT, hand: PLAIN, isQuiet: true, isBelow: true });
  return { above: 48 + words.length * LEADING - 4, below: y + 2 * LEADING, texts, marks };

  /** The text, cut so that it fits. */
  function fitted(text, height, hand, before = 0) {
    const room = width - 2 * SIDE - before, letters = Array.from(text);
    if (measure(text, height, hand) <= room) return text;
    while (letters.length > 1 && measure(`${letters.join("")}…`, height, hand) > room) letters.pop();
    return `${letters.join("")}…`;
  }
}

/**
 * Paint a frame on a canvas.
 * @param framed of `layOutFrame`
 * @param {{ink: string, quiet: string, scale: number, height: number}} look scale: device pixels a pixel; height: of the picture, in
 *   device pixels
 */
export function paintFrame(context, { above, texts, marks }, { ink, quiet, scale, height }) {
  const top = ({ y, isBelow }) => y + (isBelow ? above + height / scale : 0);
  context.save();
  context.scale(scale, scale);
  context.textBaseline = "middle";
  for (const mark of marks) {
    context.beginPath();
    context.arc(mark.x, top(mark), mark.r, 0, 2 * Math.PI);
    context.fillStyle = mark.colour;
    context.fill();
  }
  for (const text of texts) {
    context.font = fontOf(text.height, text.hand);
    context.fillStyle = text.isQuiet ? quiet : ink;
    context.fillText(text.text, text.x, top(text));
  }
  context.restore();
}
