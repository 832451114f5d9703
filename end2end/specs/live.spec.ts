// Open pages show changes made elsewhere; without JavaScript after a reload.

import { ANONYMOUS, alive, expect, test } from '../fixtures.ts';
import { sameDocument } from '../steps.ts';
import { wireTo } from '../wire.ts';

const ID = 'night-train';
/** A change shows on an open page by itself; how soon depends on how busy the machine is. */
const BY_ITSELF = { timeout: 30_000 };

test.beforeEach(async ({ api }) => {
  await api.project(ID);
  const project = (await (await api.request('GET', `/projects/${ID}`)).json()) as { desired_state: string };
  if (project.desired_state === 'stopped') await api.command('POST', `/projects/${ID}/start`);
});

test('a stop by the API shows on the open pages of fleet and project', async ({ page, visit, context, api, javaScriptEnabled }) => {
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: ID, exact: true }) });
  await visit('/');
  await expect(row).toContainText('Healthy');
  const project = await context.newPage();
  await project.goto(`/projects/${ID}`);
  await expect(project.getByRole('link', { name: 'Stop', exact: true })).toBeVisible();

  if (javaScriptEnabled) {
    await alive(project);
    const unbroken = [await sameDocument(page), await sameDocument(project)];
    await api.accepted('POST', `/projects/${ID}/stop`);
    await Promise.all([
      expect(row).toContainText(/Progressing|Suspended/, BY_ITSELF),
      expect(project.getByRole('button', { name: 'Start' })).toBeVisible(BY_ITSELF),
    ]);
    await expect(row).toContainText('Suspended');
    for (const same of unbroken) await same();
  } else {
    await api.command('POST', `/projects/${ID}/stop`);
    await page.reload();
    await expect(row).toContainText('Suspended');
    await project.reload();
    await expect(project.getByRole('button', { name: 'Start' })).toBeVisible();
  }
});

test('a page catches up after its connection was cut', async ({ page, api, fleet, javaScriptEnabled }) => {
  const wire = await wireTo(fleet.url);
  await page.goto(`${wire.url}/projects/${ID}`);
  await expect(page.locator('.title')).toContainText('Healthy');

  if (javaScriptEnabled) {
    await alive(page);
    const unbroken = await sameDocument(page);
    wire.cut();
    await expect(page.locator('[data-live]')).toHaveText('Reconnecting');
    await api.command('POST', `/projects/${ID}/stop`);
    await expect(page.getByText(/^This page is \d+ s old$/)).toBeVisible({ timeout: 15_000 });
    await expect(page.locator('.title')).toContainText('Healthy'); // the last known state, marked as old
    wire.mend();
    await expect(page.locator('.title')).toContainText('Suspended', { timeout: 15_000 });
    await alive(page);
    await unbroken();
  } else {
    wire.cut();
    await api.command('POST', `/projects/${ID}/stop`);
    wire.mend();
    await page.reload();
    await expect(page.locator('.title')).toContainText('Suspended');
  }
  wire.close();
});

test('figures of an open page are those of now', async ({ page, visit, javaScriptEnabled }) => {
  await visit(`/projects/${ID}`);
  const looked = page.getByRole('region', { name: 'Desired and observed' }).locator('header time');
  const first = await looked.getAttribute('datetime');
  await expect(async () => {
    if (!javaScriptEnabled) await page.reload();
    await expect(looked).not.toHaveAttribute('datetime', first ?? '', { timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
});

test("another's command closes no dialog and changes no button under the pointer", async ({ page, visit, api, javaScriptEnabled }) => {
  await visit(`/projects/${ID}`);
  await page.getByRole('link', { name: 'Restart', exact: true }).click();
  const question = page.getByRole('heading', { name: `Restart ${ID}?` });
  await expect(question).toBeVisible();
  await api.command('POST', `/projects/${ID}/stop`);
  if (!javaScriptEnabled) await page.reload();
  await expect(page.locator('.title')).toContainText('Suspended');
  await expect(question).toBeVisible();
  if (!javaScriptEnabled) return;

  await page.keyboard.press('Escape');
  await page.mouse.move(5, 500);
  await page.locator('h1').click();
  await expect(page.getByRole('button', { name: 'Start' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Restart', exact: true })).toBeHidden();
});

test('without a log-in no hint is given', async ({ browser, fleet }) => {
  const stranger = await browser.newContext({ storageState: ANONYMOUS });
  const answer = await stranger.request.get(`${fleet.url}/api/v1/events`);
  expect(answer.status()).toBe(401);
  await stranger.close();
});
