// Labels and class: set in the settings, shown and followed, filtered and grouped by in the fleet.

import { expect, test } from '../fixtures.ts';
import { follow } from '../steps.ts';

const ID = 'tagged-shop';
const OTHER = 'plain-shop';

test.beforeEach(async ({ api }) => {
  await api.project(ID);
  await api.project(OTHER);
});

test('labels and class are set, filter and group the fleet, and are taken off again', async ({ page, visit, javaScriptEnabled }) => {
  await visit(`/projects/${ID}/settings`);
  await page.getByLabel('Labels').fill('team=shop\nTier=gold');
  await page.getByLabel('Class').selectOption('Staging');
  await page.getByRole('button', { name: 'Save general settings' }).click();
  await expect(page.getByLabel('Labels')).toHaveAccessibleDescription(/"Tier" is not a valid label key/);
  await expect(page.getByLabel('Class')).toHaveValue('staging'); // what was typed stays
  await page.getByLabel('Labels').fill('team=shop\ntier=gold');
  await page.getByRole('button', { name: 'Save general settings' }).click();
  await follow(page, Boolean(javaScriptEnabled));

  await visit(`/projects/${ID}`);
  await page.locator('.title').getByRole('link', { name: 'team=shop' }).click();
  await expect(page).toHaveURL(/\?label=team=?%?3?D?shop|\?label=team%3Dshop/);
  const rows = page.locator('.fleet tr[data-row]');
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('staging');
  await expect(rows).toContainText('tier=gold');
  await page.getByRole('link', { name: 'Remove the filter team=shop' }).click();
  await expect(rows.filter({ hasText: OTHER })).toHaveCount(1);

  await page.getByLabel('Group by').selectOption('Group by team');
  if (!javaScriptEnabled) await page.getByRole('button', { name: 'Search' }).click();
  const group = (name: string) => page.locator('.fleet tbody', { has: page.getByRole('rowheader', { name }) });
  await expect(group('team=shop').locator('tr[data-row]')).toHaveCount(1);
  await expect(group('No label team').getByRole('link', { name: OTHER, exact: true })).toBeVisible();

  await visit(`/projects/${ID}/events`);
  const change = page.getByRole('rowheader', { name: /^Labels changed: team set to shop, tier set to gold/ });
  await expect(change.or(page.getByRole('rowheader', { name: /; labels changed: team set to shop, tier set to gold/ })).first()).toBeVisible();

  await visit(`/projects/${ID}/settings`);
  await page.getByLabel('Labels').fill('');
  await page.getByLabel('Class').selectOption('Production');
  await page.getByRole('button', { name: 'Save general settings' }).click();
  await follow(page, Boolean(javaScriptEnabled));
  await visit('/?label=team');
  await expect(page.getByRole('heading', { name: 'No project matches' })).toBeVisible();
});
