// The first operator through the setup link.

import { ANONYMOUS, expect, test } from '../fixtures.ts';
import { OWNER } from '../owner.ts';

test.use({ storageState: ANONYMOUS });

test('the setup link makes the first operator, once', async ({ page, freshFleet, browser }) => {
  await page.goto(freshFleet.url);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This fleet has no operator yet');

  await page.goto(freshFleet.setupUrl);
  await page.getByLabel('E-mail').fill(OWNER.email);
  await page.getByLabel('Password', { exact: true }).fill('too short');
  await page.getByLabel('Password again').fill('too short');
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/9 characters are too few/);
  await expect(page.getByLabel('E-mail')).toHaveValue(OWNER.email);

  await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
  await page.getByLabel('Password again').fill('another long password');
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByLabel('Password again')).toHaveAccessibleDescription(/The passwords differ/);

  await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
  await page.getByLabel('Password again').fill(OWNER.password);
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByRole('button', { name: 'Make recovery key' })).toBeVisible();
  await page.getByRole('link', { name: 'Fleet', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'No project yet' })).toBeVisible();

  const stranger = await browser.newPage({ storageState: ANONYMOUS });
  await stranger.goto(freshFleet.setupUrl);
  await expect(stranger.getByRole('heading', { name: 'This setup link cannot be used' })).toBeVisible();
  await expect(stranger.getByLabel('E-mail')).toHaveCount(0);
  await stranger.close();
});

test('a setup link with another code opens nothing', async ({ page, freshFleet }) => {
  const answer = await page.goto(`${freshFleet.setupUrl}x`);

  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'This setup link cannot be used' })).toBeVisible();
  await expect(page.getByLabel('Password', { exact: true })).toHaveCount(0);
});
