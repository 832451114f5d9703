// Deploys: a commit is compared and deployed, one that fails goes back while the project serves, a former one is rolled back to.

import { expect, test } from '../fixtures.ts';
import { reach } from '../gateway.ts';
import { commitFile, makeRepository } from '../repositories.ts';
import { follow } from '../steps.ts';

const schema = (fields: string) => `export interface Note {\n  id: string;\n  title: string;\n${fields}}\n`;

test('a commit is compared, deployed and rolled back, and a failing one goes back by itself', async ({ page, visit, api, fleet, javaScriptEnabled }, info) => {
  test.setTimeout(240_000);
  const live = Boolean(javaScriptEnabled);
  const id = `reed-notes-${live ? 'js' : 'plain'}-${info.repeatEachIndex}`;
  const repository = await makeRepository(fleet.repositories, id);
  const ref = await commitFile(repository, 'schema.ts', schema(''), 'notes');
  const schema_ref = { type: 'git', repo: `file://${repository}`, path: 'schema.ts', ref };
  await api.command('POST', '/projects', { id, hostname: `${id}.localhost`, class: 'staging', schema_ref });
  const pinned = await commitFile(repository, 'schema.ts', schema('  pinned?: boolean;\n'), 'notes can be pinned');
  const required = await commitFile(repository, 'schema.ts', schema('  pinned?: boolean;\n  order: number;\n'), 'notes have an order');

  await visit(`/projects/${id}/deploys`);
  await expect(page.getByRole('region', { name: 'Repository ahead' })).toContainText('notes can be pinned');
  await page.getByRole('link', { name: `Compare ${pinned.slice(0, 7)}` }).click();
  const preflight = page.getByRole('region', { name: 'Preflight' });
  await expect(preflight.getByRole('row', { name: /Note\.pinned is added/ })).toContainText('Applied');
  await expect(page.getByRole('region', { name: 'Schema', exact: true })).toContainText('pinned?: boolean;');
  await page.getByLabel('Rehearse on a copy of the data').check();
  await page.getByRole('button', { name: `Deploy ${pinned.slice(0, 7)}` }).click();
  await follow(page, live);

  await visit(`/projects/${id}/deploys`);
  const row = page.getByRole('row', { name: /notes can be pinned/ });
  await expect(row).toContainText('Done');
  await row.getByRole('link', { name: /notes can be pinned/ }).click();
  await expect(page.getByRole('region', { name: 'Rehearsal' })).toContainText('Ready after');

  // a client asks all the time: every answer is a success or the maintenance page
  const seen = new Set<number>();
  let [asking, cut] = [true, 0];
  const client = (async () => {
    while (asking) {
      try {
        seen.add((await reach(fleet, `${id}.localhost`, '/ready')).status);
      } catch {
        cut += 1;
      }
    }
  })();
  await visit(`/projects/${id}/deploys?to=${required}`);
  await expect(preflight.getByRole('row', { name: /Note has a field order/ })).toContainText('Reserved name');
  await page.getByRole('button', { name: `Deploy ${required.slice(0, 7)}` }).click();
  await expect(page.getByLabel('Project id')).toHaveAccessibleDescription(/A confirmation is needed/);
  await page.getByLabel('Project id').fill(id);
  await page.getByRole('button', { name: `Deploy ${required.slice(0, 7)}` }).click();
  await follow(page, live, 'Failed');
  await expect(page.locator('.failure')).toContainText(`The project serves ${pinned.slice(0, 7)} again`);

  await visit(`/projects/${id}/deploys?to=${ref}`);
  await expect(preflight.getByRole('row', { name: /Note\.pinned is removed/ })).toContainText('Left over');
  await page.getByLabel('Project id').fill(id);
  await page.getByRole('button', { name: `Roll back to ${ref.slice(0, 7)}` }).click();
  await follow(page, live);
  asking = false;
  await client;
  expect([...seen].filter((status) => status !== 200 && status !== 503)).toEqual([]);
  // each of the two changes of the route ends a connection whose request Caddy has not read yet (docs/edge.md)
  expect(cut).toBeLessThanOrEqual(2);
  await visit(`/projects/${id}/deploys`);
  await expect(page.getByRole('row', { name: /roll back/ })).toContainText('Done');
});

test('the page fits a phone', async ({ page, visit, api }) => {
  const id = 'reed-phone';
  await api.project(id);
  await page.setViewportSize({ width: 390, height: 800 });
  await visit(`/projects/${id}/deploys`);
  await expect(page.getByText('No deploy yet')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
