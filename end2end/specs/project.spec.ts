// The pages of a project: overview, operations, events, log; stop and start.

import { expect, test } from '../fixtures.ts';
import { reach } from '../gateway.ts';
import { confirm, follow } from '../steps.ts';

const ID = 'harbor-booking';
const HOST = `${ID}.localhost`;

test.beforeEach(async ({ api }) => {
  await api.project(ID);
});

test('desired stands beside observed, then operations and events with who asked', async ({ page, visit }) => {
  await visit(`/projects/${ID}`);

  const levels = page.getByRole('region', { name: 'Desired and observed' });
  await expect(levels.getByRole('row', { name: /^State Running Running, up .+ Same/ })).toBeVisible();
  await expect(levels.getByRole('row', { name: `Database proj_${ID} proj_${ID} Same` })).toBeVisible();
  await expect(levels.getByRole('row', { name: `Route ${HOST} ${HOST} Same` })).toBeVisible();
  await expect(page.locator('.title')).toContainText('Healthy');
  await expect(page.locator('.title')).toContainText('Synced');

  await page.getByRole('navigation', { name: ID }).getByRole('link', { name: 'Operations' }).click();
  await expect(page.getByRole('row', { name: new RegExp(`Done Create ${ID} ines@fleet.example \\(token specs\\)`) })).toBeVisible();

  await page.getByRole('navigation', { name: ID }).getByRole('link', { name: 'Events' }).click();
  const created = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: /^Created from .+ at [0-9a-f]{7}$/ }) });
  await expect(created).toContainText(/ines@fleet\.example \(token specs\)/i);
  await created.getByText('Details').click();
  await expect(created).toContainText(`"hostname": "${HOST}"`);
});

test('its log shows what the instance prints', async ({ page, visit, fleet, javaScriptEnabled }) => {
  await visit(`/projects/${ID}/logs`);
  const lines = page.getByRole('log', { name: `Log of ${ID}` }).getByRole('listitem');
  await expect(lines.first()).toBeVisible();
  const before = await lines.count();

  await confirmedRestart(page);
  expect((await reach(fleet, HOST, '/ready')).status).toBe(200);
  await visit(`/projects/${ID}/logs`);

  await expect(async () => {
    if (!javaScriptEnabled) await page.getByRole('link', { name: 'Look again' }).click();
    expect(await lines.count()).toBeGreaterThan(before);
  }).toPass();

  async function confirmedRestart(on: typeof page): Promise<void> {
    await confirm(on, 'Restart', ID);
    await follow(on, Boolean(javaScriptEnabled));
  }
});

test('its log opens at its end, follows, and holds still when it is told to', async ({ page, visit, api, javaScriptEnabled }) => {
  await visit(`/projects/${ID}/logs`);
  const log = page.getByRole('log', { name: `Log of ${ID}` });
  const lines = log.getByRole('listitem');
  if (!javaScriptEnabled) {
    await expect(page.getByRole('button', { name: 'Pause' })).toBeHidden();
    await page.getByRole('searchbox', { name: 'Find in the log' }).fill('no line is called so');
    await page.getByRole('button', { name: 'Search' }).click();
    await expect(page.getByRole('heading', { name: 'No line matches' })).toBeVisible();
    return;
  }
  await expect(lines.last()).toBeInViewport();
  const pause = page.getByRole('button', { name: 'Pause' });
  await pause.click();
  const before = await lines.count();
  await api.command('POST', `/projects/${ID}/restart`);
  const unseen = page.getByRole('button', { name: /^\d+ new lines?$/ });
  await expect(unseen).toBeVisible();
  expect(await lines.count()).toBe(before);
  await unseen.click();
  await expect(pause).toHaveAttribute('aria-pressed', 'false');
  await expect.poll(() => lines.count()).toBeGreaterThan(before);
  await expect(lines.last()).toBeInViewport();

  await page.getByRole('searchbox', { name: 'Find in the log' }).fill('no line is called so');
  await expect(page.getByRole('heading', { name: 'No line matches' })).toBeVisible();
  await expect(page).toHaveURL(/\?q=no/);
});

test('stop says what it does, keeps it stopped, and start undoes it', async ({ page, visit, fleet, javaScriptEnabled }) => {
  await visit(`/projects/${ID}`);
  await page.getByRole('link', { name: 'Stop', exact: true }).click();
  await expect(page.getByText(`${HOST} answers with the maintenance page until it is started again.`)).toBeVisible();
  await expect(page.getByText(/connections? to its database (is|are) open, counted/)).toBeVisible();
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(page).toHaveURL(new RegExp(`/projects/${ID}$`));
  expect((await reach(fleet, HOST, '/ready')).status).toBe(200);

  await visit(`/projects/${ID}`);
  await confirm(page, 'Stop', ID);
  await follow(page, Boolean(javaScriptEnabled));
  expect((await reach(fleet, HOST, '/ready')).status).toBe(503);
  await page.getByRole('link', { name: `Go to ${ID}` }).click();
  await expect(page.locator('.title')).toContainText('Suspended');
  await expect(page.getByText('Stopped by ines@fleet.example')).toBeVisible();

  await page.getByRole('button', { name: 'Start' }).click();
  await follow(page, Boolean(javaScriptEnabled));
  expect((await reach(fleet, HOST, '/ready')).status).toBe(200);
  await page.getByRole('link', { name: `Go to ${ID}` }).click();
  await expect(page.locator('.title')).toContainText('Healthy');
});

test('restart replaces the instance', async ({ page, visit, javaScriptEnabled }) => {
  await visit(`/projects/${ID}`);
  await confirm(page, 'Restart', ID);
  await follow(page, Boolean(javaScriptEnabled));
  await expect(page.getByRole('region', { name: 'Steps' })).toContainText('Start the instance');
  await expect(page.getByRole('region', { name: 'Request' })).toContainText('ines@fleet.example');
});

test('a project that does not exist is told so, with the way back', async ({ page }) => {
  const answer = await page.goto('/projects/never-made');

  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('link', { name: 'Go to the fleet' })).toBeVisible();
});
