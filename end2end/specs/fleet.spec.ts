// The project table: order and filters are in the address, and rows keep their places.

import type { Page } from '@playwright/test';

import { expect, test } from '../fixtures.ts';

const IDS = ['harbor-booking', 'night-train'] as const;
const [FIRST, LAST] = IDS;

test.beforeEach(async ({ api }) => {
  for (const id of IDS) await api.project(id);
});

/** The ids of those two projects, in the order of the table. */
async function order(page: Page): Promise<string[]> {
  const ids = await page.locator('.fleet .row-link').allTextContents();
  return ids.filter((id) => (IDS as readonly string[]).includes(id));
}

/** Whether an address has this order and this search, however it is encoded. */
function asks(sort: string, search: string | null): (url: URL) => boolean {
  return (url) => url.pathname === '/' && url.searchParams.get('sort') === sort && url.searchParams.get('q') === search;
}

test('an order and a filter are those of the address, and each keeps the other', async ({ page, visit }) => {
  await visit('/?q=-');
  await page.getByRole('columnheader', { name: 'Project' }).getByRole('link').click();
  await expect(page).toHaveURL(asks('project', '-'));
  await expect(page.getByRole('columnheader', { name: 'Project' })).toHaveAttribute('aria-sort', 'ascending');
  expect(await order(page)).toEqual([FIRST, LAST]);

  // the pointer is in the table; a requested order applies at once all the same
  await page.getByRole('columnheader', { name: 'Changed' }).getByRole('link').click();
  await expect(page).toHaveURL(asks('changed', '-'));
  await expect.poll(() => order(page)).toEqual([LAST, FIRST]);

  await page.getByRole('link', { name: /^All/ }).click();
  await expect(page).toHaveURL(asks('changed', '-'));
});

test('a search keeps the order, and "Show all" empties its field', async ({ page, visit, javaScriptEnabled }) => {
  await visit('/?sort=project');
  const search = page.getByRole('searchbox', { name: 'Find a project by name, hostname, commit or label' });
  await search.fill('nothing-is-called-so');
  if (!javaScriptEnabled) await page.getByRole('button', { name: 'Search' }).click();
  await expect(page).toHaveURL(asks('project', 'nothing-is-called-so'));
  await page.getByRole('link', { name: 'Show all' }).click();
  await expect(page).toHaveURL(asks('project', null));
  await expect(search).toHaveValue('');
  expect(await order(page)).toEqual([FIRST, LAST]);
});

test('projects stand under what they have in common', async ({ page, visit }) => {
  await visit('/');
  const healthy = page.locator('[data-group="well"]');
  await expect(healthy.getByRole('rowheader', { name: /^Healthy \d+$/ })).toBeVisible();
  await expect(healthy.getByRole('link', { name: FIRST, exact: true })).toBeVisible();
});

test('a row stays in its place while somebody is there, and says what it is now', async ({ page, visit, api, javaScriptEnabled }) => {
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: FIRST, exact: true }) });
  await visit('/');
  await row.hover();
  const before = await order(page);
  await api.command('POST', `/projects/${FIRST}/stop`);
  try {
    if (javaScriptEnabled) {
      await expect(row).toContainText('Suspended');
      expect(await order(page)).toEqual(before);
      const waiting = page.getByRole('status').filter({ hasText: 'update' });
      await expect(waiting).toHaveText(/^1 update/);
      await waiting.getByRole('button', { name: 'Show' }).click();
      await expect(waiting).toHaveCount(0);
    } else {
      await page.reload();
    }
    await expect(page.locator('[data-group="off"]').getByRole('link', { name: FIRST, exact: true })).toBeVisible();
  } finally {
    await api.command('POST', `/projects/${FIRST}/start`);
  }
});
