// The fleet's settings: repositories and tokens.

import type { Page } from '@playwright/test';

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

  const test = row.getByRole('button', { name: `Test file://${repository}` });
  const verdict = page.getByRole('status').filter({ hasText: `Readable: file://${repository}` });
  await test.click();
  await expect(verdict).toContainText(`main at ${head.slice(0, 7)}, 1 schema file`);
  const next = await commitFile(repository, 'more.ts', 'export interface Page {\n  id: string;\n}\n', 'pages');
  await test.click(); // same address, new answer
  await expect(verdict).toContainText(`main at ${next.slice(0, 7)}`);

  await remove(page, `file://${repository}`);
  await expect(row).toHaveCount(0);
});

test('a repository of a wrong address, or of one that is used, is told what is wrong', async ({ page, visit, api, fleet }) => {
  await api.project('uses-examples');
  await visit('/settings');
  await page.getByText('Add a repository').click();
  await page.getByLabel('Address').fill('ftp://files.example/schemas');
  await page.getByRole('button', { name: 'Add repository' }).click();
  await expect(page.getByLabel('Address')).toBeVisible();
  await expect(page.getByLabel('Address')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Address')).toHaveValue('ftp://files.example/schemas');

  await remove(page, `file://${fleet.examples}`);
  await expect(page.getByRole('alert').filter({ hasText: 'uses-examples' })).toBeVisible();
  await visit('/settings');
  await expect(page.getByRole('row', { name: new RegExp(fleet.examples) })).toBeVisible();
});

test('an image registry is added, gets another credential, and is removed', async ({ page, visit }, info) => {
  const host = `registry-${info.repeatEachIndex}.example.com:5000`;
  const row = page.getByRole('row', { name: new RegExp(host) });
  const add = async (account: string): Promise<void> => {
    await visit('/settings');
    await page.getByText('Add an image registry').click();
    await page.getByLabel('Registry', { exact: true }).fill(host);
    await page.getByLabel('Account', { exact: true }).fill(account);
    await page.getByLabel('Password or token of the account').fill('planted-pull');
    await page.getByRole('button', { name: 'Save credential' }).click();
    await expect(row).toContainText(account);
  };
  await add('robot');
  await add('reader');
  await expect(row).toHaveCount(1);
  expect(await page.content()).not.toContain('planted-pull');

  await page.getByRole('link', { name: `Remove ${host}` }).click();
  await expect(page.getByRole('heading', { name: `Remove ${host}?` })).toBeVisible();
  await page.getByRole('button', { name: 'Remove registry' }).click();
  await expect(row).toHaveCount(0);
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

  await row.getByRole('link', { name: `Revoke ${name}` }).click();
  await expect(page.getByText('Programs that use it are rejected from now on.')).toBeVisible();
  expect((await api.request('GET', '/me', undefined, token)).status).toBe(200);
  await page.getByRole('button', { name: 'Revoke token' }).click();
  await expect(row).toHaveCount(0);
  expect((await api.request('GET', '/me', undefined, token)).status).toBe(401);
});

/** Requests a removal and confirms: in a dialog with JavaScript, on a page without. */
async function remove(page: Page, url: string): Promise<void> {
  await page.getByRole('link', { name: `Remove ${url}`, exact: true }).click();
  await expect(page.getByRole('heading', { name: `Remove ${url}?` })).toBeVisible();
  await page.getByRole('button', { name: 'Remove repository' }).click();
}
