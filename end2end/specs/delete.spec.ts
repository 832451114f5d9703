// Deleting a project: the id is typed, the database is retained, and only an explicit choice uses it again.

import { expect, test } from '../fixtures.ts';
import { reach } from '../gateway.ts';
import { follow, pickCommit, unfold } from '../steps.ts';

const ID = 'old-ledger';

test('a deleted project leaves its database, which the next one of its id has to take over', async ({
  page,
  visit,
  api,
  fleet,
  javaScriptEnabled,
}) => {
  test.setTimeout(120_000);
  const live = Boolean(javaScriptEnabled);
  await api.project(ID);

  await visit(`/projects/${ID}/delete`);
  await expect(page.getByText(`Retained: the database proj_${ID}`)).toBeVisible();
  await page.getByLabel('Project id').fill('old-legder');
  await page.getByRole('button', { name: `Delete ${ID}` }).click();
  await expect(page.getByLabel('Project id')).toHaveAccessibleDescription(/This is not the project's id/);
  await expect(page.getByLabel('Project id')).toHaveValue('old-legder');
  expect((await reach(fleet, `${ID}.localhost`, '/ready')).status).toBe(200);

  await page.getByLabel('Project id').fill(ID);
  await page.getByRole('button', { name: `Delete ${ID}` }).click();
  await follow(page, live);
  await expect(page.getByText(`${ID} was deleted; its database, secrets and media are retained`)).toBeVisible();
  await expect(reach(fleet, `${ID}.localhost`, '/ready')).rejects.toThrow();

  await page.getByRole('link', { name: 'Open the fleet' }).click();
  const retained = page.getByRole('region', { name: 'Retained databases' }).getByRole('row', { name: new RegExp(`^${ID}`) });
  await expect(retained).toContainText(`proj_${ID}`);

  await visit('/projects/new');
  await unfold(page);
  await page.getByLabel('Project id').fill(ID);
  await page.getByLabel('Hostname', { exact: true }).fill(`${ID}.localhost`);
  await pickCommit(page, fleet.examples, 'crm/schema.ts', /crm: companies/);
  await page.getByRole('button', { name: 'Create project' }).click();
  await expect(page.getByLabel('Project id')).toHaveAccessibleDescription(
    new RegExp(`The database proj_${ID} of a deleted project is retained`),
  );

  await unfold(page); // without JavaScript the page was loaded anew
  await page.getByLabel('Reuse the retained database of this id').check();
  await page.getByRole('button', { name: 'Create project' }).click();
  await follow(page, live);
  expect((await reach(fleet, `${ID}.localhost`, '/ready')).status).toBe(200);
  await visit('/');
  await expect(retained).toHaveCount(0);
});
