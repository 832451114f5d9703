// A phone on 3G: 1.6 Mbit/s down, 750 kbit/s up, 400 ms for every answer.

import type { Page } from '@playwright/test';

import type { Api } from '../api.ts';
import { expect, test } from '../fixtures.ts';

const ID = 'night-train';
/** The dashboard is read within this time, and the page receives events within the next one. */
const READ_MS = 3_000;
const ALIVE_MS = 6_000;

test.beforeEach(async ({ api, page }) => {
  await api.project(ID);
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 });
});

test('pages are read, come alive and take a command', async ({ page, api, javaScriptEnabled }) => {
  for (const path of ['/login', '/', `/projects/${ID}`]) {
    await page.goto(path, { waitUntil: 'commit' });
    await expect(page.getByRole('heading').first()).toBeVisible({ timeout: READ_MS });
  }
  if (javaScriptEnabled) await live(page);
  const before = await restarts(api);
  await page.getByRole('link', { name: 'Restart', exact: true }).click();
  await page.getByRole('button', { name: `Restart ${ID}` }).click();
  await expect(page).toHaveURL(/\/operations\//, { timeout: 10_000 });
  expect(await restarts(api)).toBe(before + 1);
});

test('half a page that is still under way is one whose links work', { tag: '@script' }, async ({ page }) => {
  await page.route('**/pkg/live.*.js', () => undefined); // never comes
  await page.goto('/', { waitUntil: 'commit' });
  await page.getByRole('link', { name: 'Operations', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Operations', { timeout: 10_000 });
});

async function live(page: Page): Promise<void> {
  await expect(page.locator('[data-live]')).toHaveAttribute('data-live', 'live', { timeout: ALIVE_MS });
}

async function restarts(api: Api): Promise<number> {
  const { items } = (await (await api.request('GET', `/operations?project=${ID}`)).json()) as { items: unknown[] };
  return items.length;
}
