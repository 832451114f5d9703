// Limits and release of a project.

import { expect, test } from '../fixtures.ts';
import { reach } from '../gateway.ts';
import { follow } from '../steps.ts';

const ID = 'tin-smith';

test.beforeEach(async ({ api }) => {
  await api.project(ID);
});

test('limits are changed, followed and seen beside what was asked for', async ({ page, visit, fleet, javaScriptEnabled }, info) => {
  const memory = `${300 + info.repeatEachIndex} MiB`;
  await visit(`/projects/${ID}/settings`);
  await page.getByLabel('Memory').fill(memory);
  await page.getByLabel('Processors').fill('0.5');
  await page.getByRole('button', { name: 'Change limits' }).click();
  await follow(page, Boolean(javaScriptEnabled));

  await visit(`/projects/${ID}`);
  const row = page.getByRole('row', { name: /^Limits/ });
  await expect(row).toContainText(`${memory}, 0.5 processors`);
  await expect(row).toContainText('Same');
  expect((await reach(fleet, `${ID}.localhost`, '/ready')).status).toBe(200);
  await visit(`/projects/${ID}/settings`);
  await expect(page.getByLabel('Memory')).toHaveValue(memory);
});

test('a limit that is none is refused beside its field, with what is accepted', async ({ page, visit }) => {
  await visit(`/projects/${ID}/settings`);
  await page.getByLabel('Memory').fill('plenty');
  await page.getByRole('button', { name: 'Change limits' }).click();

  await expect(page.getByLabel('Memory')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Memory')).toHaveValue('plenty');
  await expect(page.getByLabel('Memory')).toHaveAccessibleDescription(/16 MiB to 1 TiB/);
  await expect(page).toHaveURL(new RegExp(`/projects/${ID}/settings`));
});

test('a release that the fleet cannot run is refused beside its field', async ({ page, visit }) => {
  await visit(`/projects/${ID}/settings`);
  await page.locator('#release_ref').fill('atomo-server:latest');
  await page.getByRole('button', { name: 'Change release' }).click();

  const field = page.locator('#release_ref[aria-invalid=true]');
  await expect(field).toHaveValue('atomo-server:latest');
  await expect(field).toHaveAccessibleDescription(/never latest/);
});
