// Drift: the levels of a project, the list of findings, and a check, with and without JavaScript.

import { expect, test } from '../fixtures.ts';

const ID = 'silt-yard';

test('the levels of a project are checked on demand', async ({ page, visit, api }) => {
  await api.project(ID);
  await visit(`/projects/${ID}/drift`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(ID);
  const levels = page.getByRole('region', { name: 'Levels' });
  await expect(levels.getByRole('row')).toHaveCount(9);
  await levels.getByRole('button', { name: 'Check now' }).click();
  await expect(page).toHaveURL(new RegExp(`/projects/${ID}/drift`));
  await expect(levels.getByRole('row', { name: /^Catalog/ })).toContainText('In sync');
  await expect(levels.getByRole('row', { name: /^Columns/ })).toContainText('In sync');
  await expect(page.getByRole('region', { name: 'Baseline' })).toContainText('Recorded');
});

test('filters of the findings are in the address', async ({ page, visit }) => {
  await visit('/drift?level=catalog&state=all');
  await expect(page.getByLabel('Level')).toHaveValue('catalog');
  await visit('/drift?level=nonsense');
  await expect(page.getByText(/is not accepted/)).toBeVisible();
});

test('another version waits for a decision, is snoozed and accepted', async ({ page, visit, api }) => {
  const id = 'marl-pit';
  await api.project(id);
  await api.request('POST', `/projects/${id}/drift/check`);
  const project = (await (await api.request('GET', `/projects/${id}`)).json()) as { generation: number };
  await api.command('PATCH', `/projects/${id}`, { env: { ATOMO_VERSION: 'v9.9.9' }, generation: project.generation });
  await api.request('POST', `/projects/${id}/drift/check`);

  await visit('/');
  await page.getByRole('link', { name: `Review: Version of ${id}` }).click();
  await expect(page.getByRole('heading', { name: 'Waits for a decision' })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Difference' })).toContainText('v9.9.9');

  await page.getByLabel('Reason to snooze').fill('after the release');
  await page.getByRole('button', { name: 'Snooze' }).click();
  await expect(page.getByRole('heading', { name: 'Snoozed' })).toBeVisible();
  await visit('/');
  await expect(page.getByRole('link', { name: `Review: Version of ${id}` })).toHaveCount(0);

  await visit(`/drift?project=${id}&state=all`);
  await page.getByRole('link', { name: /^Version differs/ }).click();
  await page.getByRole('button', { name: 'Accept' }).click();
  await expect(page.getByLabel('Reason to accept')).toHaveAccessibleDescription(/A reason is needed/);
  await page.getByLabel('Reason to accept').fill('a build of our own');
  await page.getByRole('button', { name: 'Accept' }).click();
  await expect(page.getByRole('heading', { name: 'Accepted' })).toBeVisible();
});

test('the pages fit a phone', async ({ page, visit, api }) => {
  await api.project(ID);
  await page.setViewportSize({ width: 390, height: 800 });
  for (const path of ['/drift', `/projects/${ID}/drift`]) {
    await visit(path);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, path).toBeLessThanOrEqual(390);
  }
});
