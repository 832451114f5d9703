// Actions of an operator that several specs use.

import { type Page, expect } from '@playwright/test';

const OPERATION_MS = 60_000;

/**
 * Follows the operation on the open page to its end. With JavaScript the page updates itself and must not be reloaded; without, the
 * operator presses "Look again".
 */
export async function follow(page: Page, live: boolean, outcome: 'Done' | 'Failed' = 'Done'): Promise<void> {
  await expect(page).toHaveURL(/\/operations\/[0-9a-f-]{36}$/);
  const mark = page.locator('.title .status');
  const said = outcome === 'Failed' ? /^Failed at step \d+ of \d+$/ : outcome;
  if (live) {
    const unbroken = await sameDocument(page);
    await expect(mark).toHaveText(said, { timeout: OPERATION_MS });
    await unbroken();
    return;
  }
  const again = page.getByRole('link', { name: 'Look again' });
  await expect(async () => {
    if ((await again.count()) > 0) await again.click();
    await expect(mark).toHaveText(said, { timeout: 250 });
  }).toPass({ timeout: OPERATION_MS, intervals: [250] });
}

/** Marks the document; the returned function checks that it was not reloaded. */
export async function sameDocument(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => document.documentElement.classList.add('marked-by-spec'));
  return () => expect(page.locator('html.marked-by-spec'), 'the page was loaded again').toHaveCount(1);
}

/** Opens the folded parts of the form on the page. */
export async function unfold(page: Page): Promise<void> {
  const folded = page.locator('main details:not([open], .command) > summary');
  while ((await folded.count()) > 0) await folded.first().click();
}

/** Presses a guarded button and confirms: in a dialog with JavaScript, on a page without. */
export async function confirm(page: Page, act: 'Stop' | 'Restart', id: string): Promise<void> {
  await page.getByRole('link', { name: act, exact: true }).click();
  await expect(page.getByRole('heading', { name: `${act} ${id}?` })).toBeVisible();
  await page.getByRole('button', { name: `${act} ${id}` }).click();
}

/** Enters a schema in a form and picks one of the listed commits. */
export async function pickCommit(page: Page, repository: string, path: string, message: string | RegExp): Promise<void> {
  await page.getByLabel('Repository').fill(`file://${repository}`);
  await page.getByLabel('Path').fill(path);
  await page.getByRole('button', { name: 'Load commits' }).click();
  await page.getByRole('radiogroup', { name: 'Recent commits of this path' }).getByRole('radio', { name: message }).check();
}

/** Enters and sends a log-in. */
export async function logIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}
