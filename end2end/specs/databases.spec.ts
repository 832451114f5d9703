// Database servers: budget, projects, and a project's pool size.

import { expect, test } from '../fixtures.ts';
import { follow } from '../steps.ts';

test('the page shows the sums of the server and the share of each project', async ({ page, visit, api }) => {
  await api.project('uses-a-pool');
  await visit('/databases');

  const server = page.getByRole('region', { name: 'default' });
  await expect(server).toContainText('Connected');
  await expect(server.getByRole('img', { name: /default: \d+ of \d+ connections for projects are allocated/ })).toBeVisible();
  for (const sum of ['Total', 'Reserved', 'Control plane', 'Backups', 'For projects', 'Allocated', 'Free', 'In use now']) {
    await expect(server.getByText(sum, { exact: true })).toBeVisible();
  }
  await expect(server).toContainText('postgres, a superuser');
  const share = server.getByRole('row', { name: /^uses-a-pool/ });
  await expect(share.getByRole('cell').nth(0)).toHaveText('5');
  await expect(share.getByRole('cell').nth(1)).toHaveText('7');

  await share.getByRole('link', { name: 'uses-a-pool' }).click();
  await expect(page).toHaveURL(/\/projects\/uses-a-pool\/settings$/);
});

test('a pool is made larger and the share follows', async ({ page, visit, api, javaScriptEnabled }, info) => {
  const id = `grows-${info.repeatEachIndex}`;
  await api.project(id);
  await visit(`/projects/${id}/settings`);
  await page.getByLabel('Connection pool size').fill('8');
  await page.getByRole('button', { name: 'Change pool size' }).click();
  await follow(page, Boolean(javaScriptEnabled));

  await visit('/databases');
  const share = page.getByRole('row', { name: new RegExp(`^${id}`) });
  await expect(share.getByRole('cell').nth(1)).toHaveText('10');
});

test('a pool that is not accepted stays in its field with what is', async ({ page, visit, api }) => {
  await api.project('uses-a-pool');
  await visit('/projects/uses-a-pool/settings');
  const pool = page.getByLabel('Connection pool size');
  await pool.fill('101');
  await page.getByRole('button', { name: 'Change pool size' }).click();
  await expect(pool).toHaveAttribute('aria-invalid', 'true');
  await expect(pool).toHaveValue('101');
  await expect(page.getByText('A pool of 101 is not accepted. Accepted: 1 to 100 connections.').first()).toBeVisible();
});
