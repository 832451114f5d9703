// The fleet's settings: repositories and tokens.

import { expect, test } from '../fixtures.ts';
import { commitFile, makeRepository } from '../repositories.ts';

test('a repository is added, tested and removed', async ({ page, visit, fleet }, info) => {
  const repository = await makeRepository(fleet.repositories, `listed-${info.repeatEachIndex}`);
  const head = await commitFile(repository, 'schema.ts', 'export interface Note {\n  id: string;\n}\n', 'notes');
  const row = page.getByRole('row', { name: new RegExp(repository) });

  await visit('/settings');
  await page.getByText('Add a repository').click();
  await page.getByLabel('Address').fill(`file://${repository}`);
  await page.getByRole('button', { name: 'Add repository' }).click();
  await expect(row).toContainText('none');

  await row.getByRole('link', { name: 'Test' }).click();
  const verdict = page.getByRole('status').filter({ hasText: 'It can be read' });
  await expect(verdict).toContainText(`main at ${head.slice(0, 7)}, 1 schema file`);

  await row.getByRole('button', { name: 'Remove' }).click();
  await expect(row).toHaveCount(0);
});

test('a repository of a wrong address, or of one that is used, is told what is wrong', async ({ page, visit, api, fleet }) => {
  await api.project('uses-examples');
  await visit('/settings');
  await page.getByText('Add a repository').click();
  await page.getByLabel('Address').fill('ftp://files.example/schemas');
  await page.getByRole('button', { name: 'Add repository' }).click();
  await expect(page.getByLabel('Address')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Address')).toHaveValue('ftp://files.example/schemas');

  await page.getByRole('row', { name: new RegExp(fleet.examples) }).getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'uses-examples' })).toBeVisible();
  await expect(page.getByRole('row', { name: new RegExp(fleet.examples) })).toBeVisible();
});

test('a token is shown once, works, and ends when it is revoked', async ({ page, visit, api }, info) => {
  const name = `ci-deploy-${info.repeatEachIndex}`;
  const shown = page.getByRole('status').filter({ hasText: `New token ${name}, shown once` });
  const row = page.getByRole('region', { name: 'API tokens' }).getByRole('row', { name: new RegExp(`^${name}`) });

  await visit('/settings');
  await page.getByLabel('Name of the token').fill(name);
  await page.getByRole('button', { name: 'Create token' }).click();
  await expect(shown).toBeVisible();
  const token = await shown.getByRole('code').innerText();
  expect((await api.request('GET', '/me', undefined, token)).status).toBe(200);

  await visit('/settings');
  await expect(row).toBeVisible();
  await expect(shown).toHaveCount(0);
  expect(await page.content()).not.toContain(token);

  await row.getByRole('button', { name: 'Revoke' }).click();
  await expect(row).toHaveCount(0);
  expect((await api.request('GET', '/me', undefined, token)).status).toBe(401);
});

test('the audit trail lists who did what and is whole', async ({ page, visit, api }) => {
  await api.project('uses-examples');
  await visit('/audit');

  await expect(page.getByText('The trail is whole')).toBeVisible();
  const created = page.getByRole('row').filter({ hasText: 'uses-examples' }).filter({ hasText: 'hostname uses-examples.localhost' });
  await expect(created).toContainText(/ines@fleet\.example \(token specs\)/i);
});
