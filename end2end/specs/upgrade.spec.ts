// A page that stays open while the server is upgraded twice. Each upgrade is a real one: another process with other files, whose
// names contain other hashes, so that those of the open page are gone.

import { cp, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { alive, expect, test } from '../fixtures.ts';
import { own } from '../owner.ts';

/** A copy of the front end as another build makes it: every name has another hash. */
async function anotherBuild(site: string, folder: string, mark: string): Promise<string> {
  await cp(site, folder, { recursive: true });
  const files = await readdir(join(folder, 'pkg'));
  const hashed = /^(\w+)\.([0-9A-Za-z_-]+)\.(js|css)$/;
  const names = files.flatMap((file) => hashed.exec(file)?.[2] ?? []);
  const renamed = (text: string) => names.reduce((changed, hash) => changed.replaceAll(`.${hash}.`, `.${hash}${mark}.`), text);
  for (const file of files) {
    const path = join(folder, 'pkg', file);
    if (/\.(js|css)$/.test(file)) await writeFile(path, renamed(await readFile(path, 'utf8')));
    await rename(path, join(folder, 'pkg', renamed(file)));
  }
  const assets = join(folder, 'assets.json');
  await writeFile(assets, renamed(await readFile(assets, 'utf8')));
  return folder;
}

test('a page that stays open over two upgrades says so, keeps what was typed, and its forms go on', async ({ freshFleet, browser, javaScriptEnabled }) => {
  test.setTimeout(120_000);
  const fleet = await own(freshFleet);
  const script = Boolean(javaScriptEnabled);
  const context = await browser.newContext({ baseURL: fleet.url, javaScriptEnabled: script });
  await context.addCookies([{ ...fleet.session, domain: '127.0.0.1', path: '/' }]);
  const page = await context.newPage();
  await page.goto('/settings');
  if (script) await alive(page);
  await page.getByLabel('Name of the token').fill('over-two-upgrades');

  const site = fleet.settings['ATOMO_FLEET_SITE'] ?? '';
  const home = dirname(fleet.settings['ATOMO_FLEET_DATA_DIR'] ?? '');
  for (const mark of ['b', 'c']) {
    await freshFleet.upgrade(await anotherBuild(site, join(home, `site-${mark}`), mark));
    if (!script) continue;
    await expect(page.getByRole('heading', { name: 'This page is of another version of the dashboard' })).toHaveCount(1, { timeout: 20_000 });
    await expect(page.getByLabel('Name of the token')).toHaveValue('over-two-upgrades');
  }
  if (script) {
    await page.keyboard.press('Control+k'); // its file is gone
    await expect(page.getByRole('heading', { name: 'A part of this page could not be loaded' })).toBeVisible();
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  await page.getByRole('button', { name: 'Create token' }).click();
  await expect(page.getByText('New token over-two-upgrades, shown once')).toBeVisible();
  if (script) {
    await page.getByRole('link', { name: 'Load again', exact: true }).click();
    await alive(page);
    await expect(page.getByRole('heading', { name: 'This page is of another version of the dashboard' })).toHaveCount(0);
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog', { name: 'Go to' }).getByRole('option').first()).toBeVisible();
  }
  await context.close();
});
