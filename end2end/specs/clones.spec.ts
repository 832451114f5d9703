// A backup becomes a new project, and a project is cloned, extended and removed.

import { expect, test } from '../fixtures.ts';
import { follow } from '../steps.ts';

const ID = 'valley-orders';

test('a backup becomes a new project, and a clone is made, extended and removed', async ({ page, visit, api, javaScriptEnabled }) => {
  test.setTimeout(240_000);
  const live = Boolean(javaScriptEnabled);
  await api.project(ID);
  const backup = await api.backup(ID);
  const suffix = live ? 'js' : 'plain';

  await visit(`/projects/${ID}/backups/${backup}`);
  await page.getByRole('link', { name: /as a new project$/ }).click();
  await expect(page.getByText(`${ID} is not touched.`)).toBeVisible();
  await page.getByLabel('Project id').fill(ID);
  await page.getByRole('button', { name: 'Restore as a new project' }).click();
  await expect(page.getByLabel('Project id')).toHaveAccessibleDescription(/exists already/);
  const restored = `valley-copy-${suffix}`;
  await page.getByLabel('Project id').fill(restored);
  await page.getByRole('button', { name: 'Restore as a new project' }).click();
  await follow(page, live);
  await visit(`/projects/${restored}`);
  await expect(page.locator('.origin')).toContainText(`Restored from a backup of ${ID}`);

  await visit(`/projects/${ID}`);
  await page.getByRole('link', { name: 'Clone' }).click();
  await expect(page.getByText(/takes none while the server copies it/)).toBeVisible();
  const clone = `valley-preview-${suffix}`;
  await page.getByLabel('Project id of the clone').fill(clone);
  await page.getByLabel('Expires after').fill('1y');
  await page.getByRole('button', { name: `Clone ${ID}` }).click();
  await expect(page.getByLabel('Expires after')).toHaveAccessibleDescription(/no lifetime of a clone/);
  await page.getByLabel('Expires after').fill('2d');
  await page.getByRole('button', { name: `Clone ${ID}` }).click();
  await follow(page, live);

  await visit(`/projects/${clone}`);
  await expect(page.locator('.origin')).toContainText(`Clone of ${ID}, removed with its database`);
  await page.getByRole('link', { name: 'Change the expiry' }).click();
  await page.getByLabel('Expires after').fill('30d');
  await page.getByRole('button', { name: 'Change the expiry' }).click();
  await expect(page.locator('.origin time')).toHaveAttribute('title', /.+/);
  await visit(`/?label=clone-of%3D${ID}`);
  await expect(page.getByRole('link', { name: clone, exact: true })).toBeVisible();
  await visit(`/projects/${clone}`);
  await page.getByRole('link', { name: 'Remove the clone' }).click();
  await page.getByLabel('Project id').fill(clone);
  await page.getByRole('button', { name: `Delete ${clone}` }).click();
  await follow(page, live);
  await visit(`/projects/${clone}`);
  await expect(page.getByText('Clone removed; its database is dropped')).toBeVisible();
});
