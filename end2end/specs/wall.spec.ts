// The fleet on a wall screen, and the commands that show what a page shows.

import { expect, test } from '../fixtures.ts';

const ID = 'harbor-booking';

test.beforeEach(async ({ api }) => {
  await api.project(ID);
});

test('a wall screen shows counts and the time, and nothing to operate', async ({ page, visit, javaScriptEnabled }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await visit('/wall');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page.getByRole('list', { name: /project/ })).toContainText('Healthy');
  await expect(page.getByRole('button')).toHaveCount(0);
  await expect(page.getByRole('navigation')).toHaveCount(0);
  const size = await page.locator('.counts strong').first().evaluate((count) => Number.parseFloat(getComputedStyle(count).fontSize));
  expect(size).toBeGreaterThan(70);
  const refresh = page.locator('meta[http-equiv="refresh"]');
  if (!javaScriptEnabled) {
    await expect(refresh).toHaveAttribute('content', '15');
    return;
  }
  await expect(refresh).toHaveCount(0); // the text of a noscript
  const clock = page.locator('time[data-clock]');
  const before = await clock.textContent();
  await expect(clock).not.toHaveText(before ?? '', { timeout: 3_000 });
});

test('a page shows the command that prints the same', async ({ page, visit }) => {
  for (const [path, command] of [['/', 'atomoctl project list'], [`/projects/${ID}`, `atomoctl project show ${ID}`], ['/databases', 'atomoctl database-server list']] as const) {
    await visit(path);
    const code = page.locator('.page-head .command code');
    await expect(code).toBeHidden();
    await page.getByText('Copy as command').click();
    await expect(code).toHaveText(command);
  }
});
