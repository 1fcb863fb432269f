// Audits the dashboard with Lighthouse and prints one line of JSON for each page:
//   node lighthouse.mjs CHROMIUM FOLDER ORIGIN ACCOUNT PIN
// The sign-in page comes first; the pages after it are those of the account.
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import puppeteer from 'puppeteer-core';

const [chromePath, userDataDir, origin, account, pin] = process.argv.slice(2);
const desk = { mobile: false, width: 1280, height: 900, deviceScaleFactor: 1, disabled: false };

// On a busy machine Lighthouse sometimes measures nothing and reports a score of null.
async function audit(port, place, tries = 3) {
  const lhr = await measure(port, place);
  const categories = Object.values(lhr.categories);
  if (tries > 1 && (lhr.runtimeError || categories.some(({ score }) => score === null))) {
    await audit(port, place, tries - 1);
    return;
  }
  report(lhr, categories);
}

async function measure(port, place) {
  const { lhr } = await lighthouse(`${origin}/app/${place}`, {
    port,
    logLevel: 'error',
    disableStorageReset: true, // keeps the session
    onlyCategories: ['performance', 'accessibility', 'best-practices'],
    formFactor: 'desktop',
    screenEmulation: desk,
    throttlingMethod: 'simulate',
    throttling: { rttMs: 40, throughputKbps: 10240, cpuSlowdownMultiplier: 1 },
  });
  return lhr;
}

function report(lhr, categories) {
  const score = (name) => Math.round((lhr.categories[name].score ?? 0) * 100);
  const failed = categories.flatMap((category) => category.auditRefs
    .map(({ id, weight }) => ({ weight, ...lhr.audits[id] }))
    .filter(({ weight, score: reached, scoreDisplayMode }) => weight > 0 && (scoreDisplayMode === 'error' || (reached !== null && reached < 0.9)))
    .map(({ title, displayValue = '', errorMessage = '' }) => `${category.id}: ${title} ${displayValue}${errorMessage}`.trim()));
  console.log(JSON.stringify({
    page: lhr.finalDisplayedUrl.replace(origin, ''), performance: score('performance'), accessibility: score('accessibility'),
    bestPractices: score('best-practices'), failed,
  }));
}

const chrome = await launch({
  chromePath, userDataDir, logLevel: 'error',
  chromeFlags: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--disable-extensions'],
});
try {
  await audit(chrome.port, '');
  const browser = await puppeteer.connect({ browserURL: `http://127.0.0.1:${chrome.port}` });
  const page = await browser.newPage();
  await page.goto(`${origin}/app/`);
  await page.evaluate((body) => fetch('/auth/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body }),
    JSON.stringify({ account_number: account, pin, session: 'cookie' }));
  await page.close();
  browser.disconnect();
  await audit(chrome.port, '#/overview');
  await audit(chrome.port, '#/transactions');
} finally {
  chrome.kill();
}
