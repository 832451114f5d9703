// Deleting a project with its database: requested by one operator, approved by another, undone from the trash.

import type { Browser, Page } from '@playwright/test';

import { ANONYMOUS, expect, test } from '../fixtures.ts';
import { reach } from '../gateway.ts';
import { type OwnedFleet, makeOperator } from '../owner.ts';
import { follow, logIn } from '../steps.ts';

const ID = 'tide-pool';
const HOST = `${ID}.localhost`;
const EXECUTED_MS = 60_000;

/** A page on which another operator than the owner is logged in. */
async function another(browser: Browser, fleet: OwnedFleet, javaScriptEnabled: boolean): Promise<Page> {
  const [email, password] = ['bela@fleet.example', 'another long password'];
  await makeOperator(fleet, email, password);
  const context = await browser.newContext({ baseURL: fleet.url, storageState: ANONYMOUS, javaScriptEnabled });
  const page = await context.newPage();
  await page.goto('/login');
  await logIn(page, email, password);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Fleet');
  return page;
}

test('a delete with the database is approved by a second operator and undone', async ({ page, visit, api, fleet, browser, javaScriptEnabled }) => {
  test.setTimeout(180_000);
  const live = Boolean(javaScriptEnabled);
  await api.project(ID);
  await api.backup(ID);
  const bela = await another(browser, fleet, live);

  await visit(`/projects/${ID}/delete`);
  await page.getByRole('link', { name: `Drop ${ID}'s database` }).click();
  const drop = page.getByRole('button', { name: `Drop ${ID}'s database` });
  await expect(page.locator('[data-facts]')).toContainText(/rows? in \d+ tables?, .*tide-pool\.localhost.*proved backup/);
  await page.getByLabel('Project id').fill('tide-pol');
  await drop.click();
  await expect(page.getByLabel('Project id')).toHaveAccessibleDescription(/This is not the project's id/);
  await page.getByLabel('Project id').fill(ID);
  await drop.click();

  await expect(page).toHaveURL(/\/approvals\/[0-9a-f-]{36}$/);
  await expect(page.getByRole('heading', { name: 'Waits for another operator' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Withdraw the request' })).toBeVisible();
  await expect(page.getByRole('link', { name: /^Approve/ })).toHaveCount(0);
  const request = new URL(page.url()).pathname;
  const own = await api.request('POST', `/delete-requests/${request.split('/').at(-1)}/approve`, { confirm: ID });
  expect(own.status, 'a token of the requester cannot approve it either').toBe(403);
  expect((await reach(fleet, HOST, '/ready')).status, 'it runs until the approval').toBe(200);

  await bela.goto('/');
  await bela.getByRole('link', { name: /^Approvals.*1 waiting/ }).click();
  await bela.getByRole('link', { name: `Delete ${ID} with its database` }).click();
  await expect(bela.getByRole('row', { name: new RegExp(`^Database proj_${ID}`) })).toBeVisible();
  await bela.getByRole('link', { name: `Approve the drop of ${ID}'s database` }).click();
  await bela.getByLabel('Project id').fill(ID);
  await bela.getByRole('button', { name: `Approve the drop of ${ID}'s database` }).click();
  await expect(async () => {
    await bela.goto(request);
    await expect(bela.getByRole('heading', { name: 'Executed' })).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: EXECUTED_MS, intervals: [500] });
  await bela.context().close();

  const trash = page.getByRole('region', { name: 'Trash' });
  await expect(async () => {
    await visit('/');
    await expect(trash.getByRole('row', { name: new RegExp(`^${ID}`) })).toContainText(`proj_${ID}_t_`, { timeout: 500 });
    await expect(page.getByRole('link', { name: ID, exact: true })).toHaveCount(0, { timeout: 500 });
  }).toPass({ timeout: EXECUTED_MS, intervals: [500] });
  await expect(page.getByRole('region', { name: 'Retained databases' }).getByText(ID, { exact: true })).toHaveCount(0);
  await trash.getByRole('link', { name: `Undelete ${ID}` }).click();
  await page.getByRole('button', { name: `Undelete ${ID}` }).click();
  await follow(page, live);
  expect((await reach(fleet, HOST, '/ready')).status).toBe(200);
  await visit('/');
  await expect(trash).toHaveCount(0);
});
