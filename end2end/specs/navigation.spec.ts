// Navigation is the browser's: links are fetched before they are followed, the back button shows the page as it was left, and the
// content security policy forbids nothing that pages need.

import { type Browser, type BrowserContext, type Page, chromium } from '@playwright/test';

import { alive, expect, test } from '../fixtures.ts';
import { OWNER } from '../owner.ts';
import { everyPage } from '../pages.ts';
import { logIn } from '../steps.ts';

/** A browser with the cache of its back button, which Playwright turns off. */
async function withBackCache(session: BrowserContext): Promise<{ browser: Browser; page: Page }> {
  const options = test.info().project.use.launchOptions ?? {};
  const browser = await chromium.launch({ ...options, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  const page = await browser.newPage({ storageState: await session.storageState() });
  return { browser, page };
}

test('back shows the page as it was left, and it is live again', async ({ context, fleet, api }) => {
  await api.project('harbor-booking');
  const { browser, page } = await withBackCache(context);
  await page.goto(`${fleet.url}/`);
  await alive(page);
  await page.evaluate(() => Object.assign(window, { left: true }));
  await page.getByRole('link', { name: 'Operations', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Operations');

  const fetched = page.waitForRequest((request) => request.headers()['x-refetch'] === '1');
  await page.evaluate(() => history.back()); // Playwright's own waits for a load that does not come

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Fleet');
  expect(await page.evaluate(() => 'left' in window), 'the page was loaded again').toBe(true);
  await fetched; // what happened meanwhile
  await alive(page);
  await browser.close();
});

test('after a log-out the back button shows nothing of the operator', async ({ context, fleet }) => {
  const { browser, page } = await withBackCache(context);
  await page.context().clearCookies();
  await page.goto(`${fleet.url}/login?next=/audit`);
  await logIn(page, OWNER.email, OWNER.password);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Audit');
  await page.locator('summary', { hasText: 'account menu' }).click();
  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Log in');

  await page.evaluate(() => history.back()); // Playwright's own waits for a load that does not come

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Log in');
  await browser.close();
});

test('a link that is about to be followed was fetched before', async ({ page, visit }) => {
  await visit('/');
  const link = page.getByRole('link', { name: 'Databases', exact: true });
  const prefetched = page.waitForRequest((request) => request.url().endsWith('/databases') && request.headers()['sec-purpose']?.startsWith('prefetch') === true);
  await link.hover();
  await prefetched;
  await link.click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Databases');
  const delivery = await page.evaluate(() => (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming & { deliveryType?: string }).deliveryType);
  expect(delivery).toBe('navigational-prefetch');
});

test('no page breaks the content security policy or reports an error', async ({ page, visit, api }) => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  for (const [name, path] of await everyPage(api)) {
    if (name.endsWith('not-found')) continue; // a browser reports their status as an error
    await visit(path);
    const policy = await page.evaluate(async () => (await fetch(location.href)).headers.get('content-security-policy'));
    expect(policy).toContain("script-src 'self';");
  }
  expect(complaints).toEqual([]);
});
