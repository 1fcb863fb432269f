// @ts-check
// Line and bar charts over days, drawn by uPlot, which is loaded only for a chart.

import { fill, h } from './dom.js';
import { Unreachable } from './problems.js';
import { failure } from './states.js';
import { formatDate } from './times.js';

/**
 * @typedef {object} Chart
 * @property {string} label what it shows, in a sentence, for people who cannot see it
 * @property {string[]} dates
 * @property {number[]} values
 * @property {'line' | 'bars'} form
 * @property {(value: number) => string} short for the axis
 * @property {(value: number) => string} long for the day under the pointer
 */

/** @param {string} name */
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/**
 * A chart that fills the width it has and follows the theme.
 * @param {Chart} chart
 */
export function chartOf(chart) {
  const readout = h('p', { class: 'h-6 pl-1 text-sm text-soft tabular-nums', 'aria-hidden': 'true' });
  const canvas = h('div', { class: 'h-56 w-full overflow-hidden', role: 'img', 'aria-label': chart.label });
  const node = h('div', null, readout, canvas);
  draw(chart, canvas, readout).catch((error) => {
    canvas.removeAttribute('role'); // it would hide the words
    fill(canvas, failure(new Unreachable('The chart cannot be drawn.', { cause: error }), () => location.reload()));
  });
  return node;
}

/**
 * @param {Chart} chart
 * @param {HTMLElement} canvas
 * @param {HTMLElement} readout
 */
async function draw(chart, canvas, readout) {
  const UPlot = /** @type {typeof import('uplot')} */ (/** @type {unknown} */ ((await import('../vendor/uplot.js')).default));
  const times = chart.dates.map((date) => Date.parse(`${date}T00:00:00Z`) / 1000);
  /** @type {import('uplot') | null} */
  let plot = null;
  const paint = () => {
    plot?.destroy();
    fill(canvas);
    if (!canvas.isConnected || canvas.clientWidth === 0) return;
    plot = new UPlot(options(UPlot, chart, canvas, readout), [times, chart.values], canvas);
  };
  const sizes = new ResizeObserver(() => {
    if (!canvas.isConnected) {
      sizes.disconnect();
      theme.removeEventListener('change', paint);
      plot?.destroy();
      return;
    }
    if (plot && plot.width === canvas.clientWidth) return;
    paint();
  });
  const theme = matchMedia('(prefers-color-scheme: dark)');
  theme.addEventListener('change', paint);
  sizes.observe(canvas);
}

/**
 * @param {typeof import('uplot')} UPlot
 * @param {Chart} chart
 * @param {HTMLElement} canvas
 * @param {HTMLElement} readout
 * @returns {import('uplot').Options}
 */
function options(UPlot, chart, canvas, readout) {
  const accent = colour('--accent');
  const letters = Math.min(0.75 * parseFloat(getComputedStyle(document.documentElement).fontSize), canvas.clientWidth / 20);
  const font = `${letters}px Inter, sans-serif`;
  const axis = { stroke: colour('--soft'), font, ticks: { show: false } };
  const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const dayWidth = widthOf(chart.dates.map((date) => day.format(new Date(date))), font);
  const bars = chart.form === 'bars' ? { paths: UPlot.paths.bars?.({ size: [0.7, 24], radius: 0.2 }), points: { show: false } } : {};
  return {
    width: canvas.clientWidth,
    height: canvas.clientHeight,
    padding: [8, dayWidth / 2, 0, 0],
    legend: { show: false },
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 8, fill: accent } },
    scales: { x: { range: (_plot, low, high) => (chart.form === 'bars' ? [low - 43_200, high + 43_200] : [low, high]) }, y: { range: (_plot, low, high) => bounds(low, high) } },
    axes: [
      { ...axis, grid: { show: false }, size: letters * 2.5, space: dayWidth + 2 * letters, values: (_plot, ticks) => ticks.map((tick) => day.format(new Date(tick * 1000))), incrs: [86400, 2 * 86400, 7 * 86400, 14 * 86400, 30 * 86400, 61 * 86400, 122 * 86400] },
      { ...axis, grid: { stroke: colour('--line'), width: 1 }, size: (_plot, labels) => widthOf(labels ?? [], font) + 2 * letters, space: letters * 3.5, values: (_plot, ticks) => ticks.map(chart.short) },
    ],
    series: [
      {},
      { stroke: accent, width: 2, fill: chart.form === 'bars' ? accent : colour('--chart-fill'), points: { show: false }, ...bars },
    ],
    hooks: {
      setCursor: [(plot) => {
        const at = plot.cursor.idx;
        readout.textContent = at === null || at === undefined ? ''
          : `${formatDate(chart.dates[at] ?? '')}: ${chart.long(chart.values[at] ?? 0)}`;
      }],
    },
  };
}

const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d'));

/**
 * The width of the widest label, which depends on the language.
 * @param {string[]} labels
 * @param {string} font
 */
function widthOf(labels, font) {
  pen.font = font;
  return Math.ceil(Math.max(0, ...labels.map((label) => pen.measureText(label).width)));
}

/**
 * From zero to a little above the highest value, so that heights can be compared.
 * @param {number} low
 * @param {number} high
 * @returns {[number, number]}
 */
function bounds(low, high) {
  return [Math.min(low ?? 0, 0), high > 0 ? high * 1.08 : 1];
}
