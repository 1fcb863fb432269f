// @ts-check
// Icons, drawn as lines in a square of 24.

const namespace = 'http://www.w3.org/2000/svg';

const drawings = {
  overview: 'M4 11 12 4l8 7M6 10v10h12V10M10 20v-5h4v5',
  transfer: 'M4 8h15M15 4l4 4-4 4M20 16H5M9 12l-4 4 4 4',
  list: 'M4 6h16M4 12h16M4 18h10',
  wallet: 'M4 7a2 2 0 0 1 2-2h11v3M4 7v10a2 2 0 0 0 2 2h14V8H5a1 1 0 0 1-1-1zM16 13.500v.01',
  shield: 'M12 3l8 3v6c0 4.500-3.200 7.700-8 9-4.800-1.300-8-4.500-8-9V6z',
  people: 'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20c.4-3.600 3-5.500 6.500-5.500s6.100 1.900 6.500 5.500M16 4.500a3.500 3.500 0 0 1 0 6M18 15c2 .7 3.200 2.400 3.500 5',
  bank: 'M3 9l9-6 9 6v1H3zM5 10v8M10 10v8M14 10v8M19 10v8M3 20h18',
  inbox: 'M4 13h4l2 3h4l2-3h4M4 13 7 5h10l3 8v6H4z',
  events: 'M3 12h4l3-8 4 16 3-8h4',
  balance: 'M12 4v16M7 20h10M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z',
  key: 'M8 19a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM11 12l9-9M16 7l3 3',
  badge: 'M5 4h14v16H5zM12 12a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM8.500 17c.4-2 1.800-3 3.500-3s3.100 1 3.500 3',
  policy: 'M6 3h9l4 4v14H6zM14 3v5h5M9.500 12h6M9.500 16h6',
  leave: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  check: 'M4 12.500l5 5L20 6.500',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  close: 'M6 6l12 12M18 6 6 18',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  warning: 'M12 4 2.500 20h19zM12 10v5M12 17.500v.5',
  offline: 'M4 9.500a12 12 0 0 1 16 0M7 13a7.500 7.500 0 0 1 10 0M12 18v.5M4 4l16 16',
  next: 'M9 5l7 7-7 7',
  back: 'M15 5l-7 7 7 7',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.500 4.500',
  device: 'M4 5h16v11H4zM9 20h6M12 16v4',
};

/** @typedef {keyof typeof drawings} IconName */

/**
 * Makes an icon. Screen readers skip it: the words beside it say the same.
 * @param {IconName} name
 * @param {string} [size] classes
 */
export function icon(name, size = 'size-5') {
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', `${size} shrink-0`);
  svg.setAttribute('fill', 'none');
  svg.setAttribute('stroke', 'currentColor');
  svg.setAttribute('stroke-width', '1.75');
  svg.setAttribute('stroke-linecap', 'round');
  svg.setAttribute('stroke-linejoin', 'round');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', drawings[name]);
  svg.append(path);
  return svg;
}

/** The bank's logo. */
export function brandMark() {
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 32 32');
  svg.setAttribute('class', 'size-8 shrink-0');
  svg.setAttribute('aria-hidden', 'true');
  const square = document.createElementNS(namespace, 'rect');
  square.setAttribute('width', '32');
  square.setAttribute('height', '32');
  square.setAttribute('rx', '8');
  square.setAttribute('class', 'fill-accent');
  const house = document.createElementNS(namespace, 'path');
  house.setAttribute('d', 'M7 13 16 7l9 6v2H7zm2 4h3v6H9zm5.500 0h3v6h-3zM20 17h3v6h-3zM7 24h18v2H7z');
  house.setAttribute('class', 'fill-on-accent');
  svg.append(square, house);
  return svg;
}
