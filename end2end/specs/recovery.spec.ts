// The recovery of the control plane: the kit with the private key, shown once, and the backup that is sealed to it.

import { expect, test } from '../fixtures.ts';

test('a recovery key is made, shown once, and a backup is sealed to it', async ({ page, visit, javaScriptEnabled }) => {
  test.setTimeout(120_000);
  await visit('/');
  await expect(page.getByText("the control plane's secrets are in no backup")).toBeVisible();
  await page.getByRole('link', { name: 'Open recovery' }).click();
  await expect(page.getByRole('heading', { name: 'No backup of the control plane yet' })).toBeVisible();

  await page.getByRole('button', { name: 'Make recovery key' }).click();
  const kit = page.getByRole('region', { name: 'Recovery kit' });
  await expect(kit).toContainText(/AGE-SECRET-KEY-1[A-Z0-9]{58}/);
  await expect(kit).toContainText('atomo-fleet recover --from latest --identity recovery.key');
  const fingerprint = /[0-9a-f]{4}(-[0-9a-f]{4}){3}/.exec(await kit.innerText())?.[0] ?? '';
  expect(fingerprint).not.toBe('');
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden();
  await expect(kit.locator('#one-time-secret')).toBeVisible();
  await page.emulateMedia({ media: 'screen' });

  await visit('/settings/recovery');
  await expect(page.locator('main')).not.toContainText('AGE-SECRET-KEY');
  const row = page.locator('tbody tr').first();
  await expect(async () => {
    if (!javaScriptEnabled) await page.reload();
    await expect(row).toContainText('Verified', { timeout: javaScriptEnabled ? 30_000 : 1_000 });
  }).toPass({ timeout: 60_000 });
  await expect(row).toContainText(fingerprint);

  await page.goBack();
  await expect(page.locator('body')).not.toContainText('AGE-SECRET-KEY');
  await visit('/backups');
  await expect(page.getByRole('region', { name: 'Control plane' })).toContainText(fingerprint);
  await visit('/');
  await expect(page.getByRole('link', { name: 'Open recovery' })).toHaveCount(0);
});
