// A schema that the release rejects: reason, retry, another commit.

import { expect, test } from '../fixtures.ts';
import { reach } from '../gateway.ts';
import { commitFile, makeRepository } from '../repositories.ts';
import { follow, pickCommit, unfold } from '../steps.ts';

const NOTHING = '// Prices are in cents.\nexport type Price = number;\n';
const SOMETHING = 'export interface Ticket {\n  id: string;\n  title: string;\n}\n';

test('a create that fails says why, can be tried again, and is saved by another commit', async ({
  page,
  visit,
  fleet,
  javaScriptEnabled,
}, info) => {
  test.setTimeout(180_000);
  const live = Boolean(javaScriptEnabled);
  const id = `lost-tickets-${info.repeatEachIndex}`;
  const repository = await makeRepository(fleet.repositories, id);
  await commitFile(repository, 'schema.ts', NOTHING, 'tickets: prices only');

  await visit('/settings');
  await page.getByText('Add a repository').click();
  await page.getByLabel('Address').fill(`file://${repository}`);
  await page.getByRole('button', { name: 'Add repository' }).click();
  await expect(page.getByRole('row', { name: new RegExp(repository) })).toBeVisible();

  await visit('/projects/new');
  await unfold(page);
  await page.getByLabel('Project id').fill(id);
  await page.getByLabel('Hostname', { exact: true }).fill(`${id}.localhost`);
  await pickCommit(page, repository, 'schema.ts', /tickets: prices only/);
  await page.getByRole('button', { name: 'Create project' }).click();
  await follow(page, live, 'Failed');
  await expect(page.getByRole('region', { name: 'Last lines of the instance' })).toContainText('No valid interfaces found in schema');
  await expect(page.locator('.steps [data-step=failed]')).toHaveCount(1);
  const failure = page.locator('.failure');
  await expect(failure).toContainText('Nothing is public: no route was published.');
  await expect(failure.getByRole('link', { name: 'Remove what was created' })).toHaveAttribute('href', `/projects/${id}/delete`);
  await expect(page.getByRole('button', { name: "Show the first admin's password" })).toHaveCount(0);
  const operation = page.url();

  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(page).not.toHaveURL(operation);
  await follow(page, live, 'Failed');

  await visit(`/projects/${id}`);
  await expect(page.locator('.title')).toContainText('Down');
  await expect(page.getByRole('region', { name: 'Problem' })).toContainText('No valid interfaces found in schema');
  await expect(page.getByRole('region', { name: 'Problem' }).getByRole('button', { name: 'Retry' })).toBeVisible();
  await visit('/');
  await expect(page.getByRole('region', { name: 'Needs attention' })).toContainText(id);

  await visit(`/projects/${id}`);
  await page.getByRole('link', { name: 'Change commit' }).click();
  const commits = page.getByRole('radiogroup', { name: 'Recent commits of this path' });
  await expect(commits.getByRole('radio', { name: /prices only/ })).toBeChecked();
  await commitFile(repository, 'schema.ts', SOMETHING, 'tickets: tickets');
  await page.getByRole('button', { name: 'Load commits' }).click(); // the same path again: another commit was pushed meanwhile
  await commits.getByRole('radio', { name: /tickets: tickets/ }).check();
  await page.getByRole('button', { name: 'Change commit' }).click();
  await follow(page, live);

  expect((await reach(fleet, `${id}.localhost`, '/ready')).status).toBe(200);
  await visit(`/projects/${id}`);
  await expect(page.locator('.title')).toContainText('Healthy');
  await expect(page.getByRole('region', { name: 'Problem' })).toHaveCount(0);
});
