// Logging in and out, and what stands in the way of whoever may not.

import { ANONYMOUS, expect, test } from '../fixtures.ts';
import { OWNER, makeOperator } from '../owner.ts';
import { logIn } from '../steps.ts';

const WRONG = 'The address or the password is wrong';

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
  await expect(page.getByRole('alert')).toContainText(WRONG);
  await expect(page.getByLabel('E-mail')).toHaveValue(OWNER.email);
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');

  await logIn(page, 'nobody@fleet.example', 'not the password');
  await expect(page.getByRole('alert')).toContainText(WRONG);
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
    await expect(page.getByRole('alert')).toContainText(WRONG);
  }

  await logIn(page, email, OWNER.password);

  await expect(page.getByRole('alert')).toContainText('Too many attempts');
  await expect(page.getByRole('alert')).toContainText(/locked for another \d+ s/);
});
