// @ts-check
// Says why the page cannot start: the browser is too old, a part of the page is missing or fails, or the bank does not answer.
// It is a classic script in the JavaScript of 2009, so that it runs where nothing else does. Once the page has started,
// [data-starting] is gone and this does nothing more.
(function () {
  'use strict';
  var patience = 10000; // milliseconds

  /** @type {[string, boolean][]} */
  var needed = [
    ['JavaScript modules', 'noModule' in HTMLScriptElement.prototype],
    ['dialog windows', typeof HTMLDialogElement === 'function' && 'showModal' in HTMLDialogElement.prototype],
    ['BroadcastChannel', 'BroadcastChannel' in window],
    ['ResizeObserver', 'ResizeObserver' in window],
    ['AbortController', 'AbortController' in window],
    ['replaceChildren', 'replaceChildren' in Element.prototype],
    ['Array.at', 'at' in Array.prototype],
    ['random numbers', 'crypto' in window && 'getRandomValues' in crypto],
    ['formats for numbers and times', typeof Intl === 'object' && 'RelativeTimeFormat' in Intl && 'formatToParts' in Intl.NumberFormat.prototype]
  ];

  /**
   * Puts a text in place of "One moment, please.", and a button to try again.
   * @param {string} title
   * @param {string} advice
   */
  function say(title, advice) {
    var place = document.querySelector('[data-starting]');
    if (!place) return;
    while (place.lastElementChild && place.lastElementChild !== place.firstElementChild) place.removeChild(place.lastElementChild);
    var alert = document.createElement('div');
    alert.setAttribute('role', 'alert');
    alert.className = 'mt-4 rounded-lg bg-danger-tint p-4 text-sm';
    place.appendChild(alert);
    add(alert, 'p', 'font-medium text-danger', title);
    add(alert, 'p', 'mt-1', advice);
    var again = add(alert, 'button', 'button button-plain mt-3', 'Try again');
    again.setAttribute('type', 'button');
    again.onclick = function () { location.reload(); };
  }

  /**
   * @param {Element} parent
   * @param {string} tag
   * @param {string} classes
   * @param {string} text
   */
  function add(parent, tag, classes, text) {
    var child = document.createElement(tag);
    child.className = classes;
    child.appendChild(document.createTextNode(text));
    parent.appendChild(child);
    return child;
  }

  /** @param {unknown} error */
  function failed(error) {
    say('This page could not start', 'Try again. If that does not help, update your browser or use another one, or report this to the bank: ' + error);
  }

  var missing = [];
  for (var i = 0; i < needed.length; i += 1) if (!needed[i][1]) missing.push(needed[i][0]);
  if (missing.length > 0) {
    document.documentElement.setAttribute('data-unsupported', ''); // main.js does nothing then
    say('This browser is too old for this page', 'Update it, or use another one: a current Firefox, Chrome, Edge or Safari. It lacks: ' + missing.join(', ') + '.');
    return;
  }

  addEventListener('error', function (event) {
    if (event.target instanceof HTMLScriptElement) say('A part of this page could not be loaded', 'Check your connection, then try again.');
    else if (event.target === window) failed(event.message);
  }, true); // loading errors do not bubble
  addEventListener('unhandledrejection', function (event) { failed(event.reason); });
  setTimeout(function () {
    // Once main.js runs, it has put its own words here, and knows when to give up.
    if (document.querySelector('.late')) say('The bank does not answer', 'Check your connection, then try again.');
  }, patience);
}());
