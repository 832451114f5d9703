// Log-in and log-out, and pages without a log-in.

import { ANONYMOUS, alive, expect, test } from '../fixtures.ts';
import { OWNER, makeOperator } from '../owner.ts';
import { logIn } from '../steps.ts';

const WRONG = /The address or the password is wrong/;

test.use({ storageState: ANONYMOUS });

test('a page of the fleet asks who is there, and comes back after the log-in', async ({ page }) => {
  await page.goto('/projects/new');
  await expect(page).toHaveURL(/\/login\?next=\/projects\/new$/);

  await logIn(page, OWNER.email, OWNER.password);

  await expect(page).toHaveURL(/\/projects\/new$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Create project');
});

test('after the log-in nobody is led to another site', async ({ page, fleet }) => {
  await page.goto('/login?next=https://elsewhere.example/');

  await logIn(page, OWNER.email, OWNER.password);

  await expect(page).toHaveURL(`${fleet.url}/`);
});

test('a wrong password is told as a wrong address is', async ({ page }) => {
  await page.goto('/login');
  await logIn(page, OWNER.email, 'not the password');
  const password = page.getByLabel('Password', { exact: true });
  await expect(password).toHaveAccessibleDescription(WRONG);
  await expect(password).toHaveAttribute('aria-invalid', 'true');
  await expect(password).toHaveValue('');
  await expect(password).toBeFocused();
  await expect(page.getByLabel('E-mail')).toHaveValue(OWNER.email);

  await logIn(page, 'nobody@fleet.example', 'not the password');
  await expect(password).toHaveAccessibleDescription(WRONG);
});

test('logging out ends the session', async ({ page, context }) => {
  await page.goto('/login');
  await logIn(page, OWNER.email, OWNER.password);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Fleet');
  const before = await context.storageState();

  await page.locator('summary', { hasText: 'account menu' }).click();
  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Log in');

  await context.addCookies(before.cookies);
  await page.goto('/audit');
  await expect(page).toHaveURL(/\/login\?next=\/audit$/);
});

test('after five wrong passwords the account is locked, also for the right one', async ({ page, fleet }, info) => {
  const email = `guessed-${info.project.name}-${info.repeatEachIndex}@fleet.example`;
  await makeOperator(fleet, email, OWNER.password);
  await page.goto('/login');
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await logIn(page, email, `guess number ${attempt}`);
    await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(WRONG);
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  }

  await logIn(page, email, OWNER.password);

  await expect(page.getByRole('alert')).toContainText('Too many attempts');
  await expect(page.getByRole('alert')).toContainText(/possible in \d+ (s|min)\./);
});

test('an open page says that its log-in has ended', async ({ page, context, fleet, javaScriptEnabled }) => {
  test.setTimeout(90_000);
  await page.goto('/login?next=/audit');
  await logIn(page, OWNER.email, OWNER.password);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Audit');
  if (javaScriptEnabled) await alive(page);

  const headers = { accept: 'text/html', origin: fleet.url, referer: `${fleet.url}/audit` };
  await context.request.post(`${fleet.url}/actions/log_out`, { headers, maxRedirects: 0 });

  if (!javaScriptEnabled) {
    await page.reload();
    await expect(page).toHaveURL(/\/login\?next=\/audit$/);
    return;
  }
  await expect(page.getByRole('heading', { name: 'You have been logged out' })).toBeVisible({ timeout: 40_000 });
  await page.locator('.banner').getByRole('link', { name: 'Log in' }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Log in');
});
