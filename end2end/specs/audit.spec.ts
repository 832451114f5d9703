// The audit trail: sentences, filters and exports.

import { readFile } from 'node:fs/promises';

import { expect, test } from '../fixtures.ts';

const ID = 'uses-examples';

test.beforeEach(async ({ api }) => {
  await api.project(ID);
});

test('the audit trail lists who did what and is whole', async ({ page, visit }) => {
  await visit(`/audit?project=${ID}&action=project.create`);

  await expect(page.getByText('The trail is intact')).toBeVisible();
  const created = page.getByRole('row').filter({ hasText: ID }).filter({ hasText: 'Created from' });
  await expect(created).toContainText(/ines@fleet\.example \(token specs\)/i);
  await created.getByText('Details').click();
  await expect(created).toContainText(`"hostname": "${ID}.localhost"`);
});

test('filters are typed, kept in the address, and removed at once', async ({ page, visit, javaScriptEnabled }) => {
  await visit('/audit');
  const filters = page.getByRole('search', { name: 'Filter the events' });
  const rows = page.getByRole('group', { name: 'Events, newest first' }).getByRole('row');
  await filters.getByRole('searchbox', { name: 'Project' }).fill(ID);
  await filters.getByLabel('Action').selectOption('Create a project');
  if (!javaScriptEnabled) await filters.getByRole('button', { name: 'Filter' }).click();
  await expect(page).toHaveURL(new RegExp(`/audit\\?project=${ID}&.*action=project.create`));
  await expect(rows).toHaveCount(2); // the head, and the create

  await filters.getByLabel('Actor').fill('nobody at all');
  if (!javaScriptEnabled) await filters.getByRole('button', { name: 'Filter' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Export CSV' })).toHaveAttribute('href', /actor=nobody/);

  await page.getByRole('link', { name: 'Show all' }).first().click();
  await expect(page).toHaveURL(/\/audit$/);
  await expect(filters.getByLabel('Actor')).toHaveValue('');
  await expect(filters.getByLabel('Action')).toHaveValue('');
  await expect(rows.nth(2)).toBeVisible();
});

test('an export has the events of the filters', async ({ page, visit }) => {
  await visit(`/audit?project=${ID}&action=project.create`);
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Export JSON Lines' }).click()]);
  expect(file.suggestedFilename()).toBe('audit.jsonl');
  const lines = (await readFile(await file.path(), 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ project_id: ID, action: 'project.create' });
});
