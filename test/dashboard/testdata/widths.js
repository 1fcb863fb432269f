// TestEveryWidth runs this in the dashboard. It copies the page as it is into a frame beside it and gives that frame one width after
// the other: a layout takes milliseconds there, since nothing is loaded, run or painted again.
(() => {
  const slack = 1.5; // pixels that rounding may take
  const target = 24; // pixels, WCAG 2.5.8

  /** The page in a frame of its own, in standards mode and with its windows open. */
  async function copyOf(page) {
    const frame = page.createElement('iframe');
    Object.assign(frame.style, { position: 'fixed', top: 0, left: 0, height: '780px', border: 0, visibility: 'hidden' });
    const root = page.documentElement.cloneNode(true);
    const chosen = [...page.querySelectorAll('select')].map((select) => select.selectedIndex);
    page.body.append(frame);
    const copy = frame.contentDocument;
    copy.open();
    copy.write('<!doctype html>');
    copy.close();
    copy.documentElement.replaceWith(copy.adoptNode(root));
    await Promise.all([...copy.querySelectorAll('link[rel=stylesheet]')].map((link) => link.sheet ?? new Promise((done, failed) => {
      link.addEventListener('load', done);
      link.addEventListener('error', failed);
    })));
    // The rows of a list are alike.
    for (const row of copy.querySelectorAll('li:nth-child(n + 9)')) row.remove();
    copy.querySelectorAll('select').forEach((select, i) => { select.selectedIndex = chosen[i]; });
    for (const dialog of copy.querySelectorAll('dialog[open]')) {
      dialog.removeAttribute('open');
      dialog.showModal();
    }
    // A chart by uPlot is as wide as the page's own window.
    for (const chart of copy.querySelectorAll('[role=img]')) chart.replaceChildren();
    copy.body.getBoundingClientRect(); // makes the copy load its fonts
    await copy.fonts.ready;
    return frame;
  }

  const name = (element) => {
    const words = (element.getAttribute('aria-label') ?? element.textContent).trim().replace(/\s+/g, ' ').slice(0, 50);
    return `<${element.localName} class="${(element.getAttribute('class') ?? '').slice(0, 60)}">${words}`;
  };
  const scrolls = (style, axis) => /auto|scroll/.test(axis === 'x' ? style.overflowX : style.overflowY);

  /** Everything visible in the topmost window, or else on the page, with its box and style. */
  function seen(copy) {
    const scope = [...copy.querySelectorAll('dialog[open]')].at(-1) ?? copy.body;
    return [scope, ...scope.querySelectorAll('*')]
      .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest('.sr-only, option, [role=img]') && !e.parentElement.closest('svg'))
      .map((element) => ({ element, box: element.getBoundingClientRect(), style: copy.defaultView.getComputedStyle(element) }))
      .filter(({ box }) => box.width > 0 && box.height > 0);
  }

  /** The boxes of the lines of an element's own text. */
  function linesOf(element) {
    const lines = [];
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
      const range = element.ownerDocument.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) if (box.width > 0) lines.push({ element, box });
    }
    return lines;
  }

  /** Words that are broken although they are short. */
  function* broken(all) {
    for (const { element } of all) {
      for (const node of element.childNodes) {
        if (node.nodeType !== Node.TEXT_NODE) continue;
        const whole = element.ownerDocument.createRange();
        whole.selectNodeContents(node);
        if (whole.getClientRects().length < 2) continue;
        for (const word of node.data.matchAll(/(?<![\p{L}\p{M}\p{Nd}:/])[\p{L}\p{M}\p{Nd}]{2,13}(?![\p{L}\p{M}\p{Nd}:/])/gu)) {
          const range = element.ownerDocument.createRange();
          range.setStart(node, word.index);
          range.setEnd(node, word.index + word[0].length);
          const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
          if (boxes.some((box) => box.top > boxes[0].top + box.height / 2)) yield `the word ${word[0]} is broken in ${name(element)}`;
        }
      }
    }
  }

  function widthOfText(text, style) {
    const pen = (widthOfText.pen ??= document.createElement('canvas').getContext('2d'));
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    return pen.measureText(text).width;
  }

  function* hangingOut(all, view) {
    for (const { element, box, style } of all) {
      const parent = element.parentElement;
      if (!parent || /fixed|absolute/.test(style.position) || element.localName === 'dialog') continue;
      const around = parent.getBoundingClientRect();
      const outer = view.getComputedStyle(parent);
      if (/inline$|contents/.test(outer.display)) continue;
      if (!scrolls(outer, 'x') && (box.left < around.left - slack || box.right > around.right + slack)) yield `${name(element)} overflows ${name(parent)} sideways`;
      if (!scrolls(outer, 'y') && (box.top < around.top - slack || box.bottom > around.bottom + slack)) yield `${name(element)} overflows ${name(parent)} at the top or bottom`;
    }
  }

  function* textHangingOut(lines, view) {
    for (const { element, box } of lines) {
      let block = element;
      while (view.getComputedStyle(block).display === 'inline') block = block.parentElement;
      const around = block.getBoundingClientRect();
      const style = view.getComputedStyle(block);
      const left = around.left + parseFloat(style.paddingLeft), right = around.right - parseFloat(style.paddingRight);
      if (box.left < left - slack || box.right > right + slack) yield `the text of ${name(element)} overflows its box`;
    }
  }

  function* cut(all) {
    for (const { element, style } of all) {
      if (element.matches('input, select, svg, iframe, body')) continue;
      const clips = /hidden|clip/;
      if (clips.test(style.overflowX) && element.scrollWidth > element.clientWidth + 1) yield `${name(element)} is cut off sideways`;
      if (clips.test(style.overflowY) && element.scrollHeight > element.clientHeight + 1) yield `${name(element)} is cut off at the bottom`;
      if (scrolls(style, 'x') && element.scrollWidth > element.clientWidth + 1) yield `${name(element)} must be scrolled sideways`;
    }
  }

  function* fieldsCut(all) {
    const arrow = 18; // pixels that a browser's own arrow of a select takes
    for (const { element, box, style } of all) {
      const room = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - (element.matches('select') ? arrow : 0);
      if (element.matches('input[placeholder]') && !element.value && widthOfText(element.placeholder, style) > room + slack) yield `the placeholder "${element.placeholder}" is cut`;
      if (element.matches('select') && widthOfText(element.selectedOptions[0]?.text ?? '', style) > room + slack) yield `the option "${element.selectedOptions[0].text}" is cut`;
      if (element.matches('input[type=date]')) {
        element.style.width = 'max-content';
        const needed = element.getBoundingClientRect().width;
        element.style.width = '';
        if (needed > box.width + slack) yield `the date in ${name(element.parentElement)} is cut`;
      }
    }
  }

  const meet = (a, b, by) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > by && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > by;

  /** Pairs that overlap, found from the top of the page down. */
  function* overlapping(things, shrink, what) {
    const boxes = things.map(({ element, box }) => ({ element, top: box.top + box.height * shrink, bottom: box.bottom - box.height * shrink, left: box.left, right: box.right }))
      .sort((a, b) => a.top - b.top);
    for (let i = 0; i < boxes.length; i += 1) {
      for (let j = i + 1; j < boxes.length && boxes[j].top < boxes[i].bottom; j += 1) {
        const [a, b] = [boxes[i], boxes[j]];
        if (a.element !== b.element && !a.element.contains(b.element) && !b.element.contains(a.element) && meet(a, b, slack)) {
          yield `${what} of ${name(a.element)} and ${name(b.element)} overlap`;
        }
      }
    }
  }

  const pressed = 'a, button, input, select, summary, label.choice';

  function* small(controls) {
    for (const { element, box, style } of controls) {
      const within = style.display === 'inline' && element.parentElement.textContent.trim() !== element.textContent.trim();
      if (!within && (box.width < target || box.height < target)) yield `${name(element)} is ${Math.round(box.width)} by ${Math.round(box.height)} px`;
    }
  }

  /** The bar at the bottom stays small, and nothing ends behind it. */
  function* behindTheBar(copy, all, height) {
    const bar = all.find(({ element, style }) => /fixed|sticky/.test(style.position) && element.localName === 'nav');
    const main = copy.querySelector('main')?.lastElementChild;
    if (!bar || !main) return;
    const page = copy.scrollingElement;
    if (bar.box.height > height / 2) yield `the bar takes ${Math.round(bar.box.height)} of ${height} px`;
    page.scrollTop = page.scrollHeight;
    const top = bar.element.getBoundingClientRect().top;
    if (main.getBoundingClientRect().bottom > top + slack) yield `the page's end is behind the bar`;
    page.scrollTop = 0;
  }

  function* faults(copy, width, height) {
    const view = copy.defaultView;
    const root = copy.documentElement;
    if (root.scrollWidth > width) yield `the page must be scrolled sideways: it is ${root.scrollWidth} px wide`;
    const all = seen(copy);
    const inBar = ({ element }) => { const nav = element.closest('nav'); return nav && /fixed|sticky/.test(view.getComputedStyle(nav).position); };
    const lines = all.flatMap(({ element }) => (element.matches('select, option') ? [] : linesOf(element)));
    const controls = all.filter(({ element }) => element.matches(pressed));
    yield* hangingOut(all, view);
    yield* textHangingOut(lines, view);
    yield* cut(all);
    yield* broken(all.filter(({ element }) => !element.matches('select, code')));
    yield* fieldsCut(all);
    yield* overlapping(lines.filter((line) => !inBar(line)), 0.25, 'the texts');
    yield* overlapping(lines.filter(inBar), 0.25, 'the texts');
    yield* overlapping(controls.filter((one) => !inBar(one)), 0, 'the targets');
    yield* overlapping(controls.filter(inBar), 0, 'the targets');
    yield* small(controls);
    yield* behindTheBar(copy, all, height);
  }

  /** Every fault of the page, with the widths at which it occurs, at ordinary size and with text twice as large. */
  window.faultsAtWidths = async (widths) => {
    const frame = await copyOf(document);
    const copy = frame.contentDocument;
    const found = {};
    for (const size of ['100%', '200%']) {
      copy.documentElement.style.fontSize = size;
      for (const width of widths) {
        frame.style.width = `${width}px`;
        for (const fault of new Set(faults(copy, width, 780))) ((found[`text ${size}: ${fault}`]) ??= []).push(width);
      }
    }
    frame.remove();
    return Object.entries(found).map(([fault, at]) => `${fault} (${at.length} widths, ${at[0]} to ${at.at(-1)} px)`);
  };
})();
