// A project's settings: names, environment, secrets.

import { expect, test } from '../fixtures.ts';
import { reach } from '../gateway.ts';
import { follow, unfold } from '../steps.ts';

const ID = 'paper-mill';
const PLANTED = 'planted-secret-a8f3c1';

test.beforeEach(async ({ api }) => {
  await api.project(ID);
});

test('name and alias are changed in one operation, the environment in another', async ({ page, visit, fleet, javaScriptEnabled }) => {
  await visit(`/projects/${ID}/settings`);
  await page.getByLabel('Display name').fill('Paper Mill & Sons');
  await page.getByLabel('Aliases').fill('mill.localhost\n');
  await page.getByRole('button', { name: 'Save general settings' }).click();
  await follow(page, Boolean(javaScriptEnabled));
  await visit(`/projects/${ID}/settings`);
  await page.getByLabel('Name of variable 1').fill('GREETING');
  await page.getByLabel('Value of variable 1').fill('good morning');
  await page.getByRole('button', { name: 'Save environment' }).click();
  await follow(page, Boolean(javaScriptEnabled));

  expect((await reach(fleet, 'mill.localhost', '/ready')).status).toBe(200);
  expect((await reach(fleet, `${ID}.localhost`, '/ready')).status).toBe(200);
  await visit(`/projects/${ID}`);
  await expect(page.locator('.title').getByText('Paper Mill & Sons')).toBeVisible();
  await expect(page.getByRole('link', { name: `mill.localhost:${fleet.gateway.https}`, exact: true })).toBeVisible();
  await visit(`/projects/${ID}/settings`);
  await expect(page.getByLabel('Name of variable 1')).toHaveValue('GREETING');
  await expect(page.getByLabel('Value of variable 1')).toHaveValue('good morning');
});

test('the environment is edited as text', async ({ page, visit, api, javaScriptEnabled }) => {
  await visit(`/projects/${ID}/settings`);
  await unfold(page);
  const text = page.getByLabel('Environment as text');
  await text.fill('A=1\nB="2');
  await page.getByRole('button', { name: 'Save as text' }).click();
  await expect(text).toHaveAccessibleDescription(/Line 2: The value has no closing "/);
  await text.fill('# the greeting\nexport GREETING=\'good "morning"\'\nPEM="first\nsecond\n"\n');
  await page.getByRole('button', { name: 'Save as text' }).click();
  await follow(page, Boolean(javaScriptEnabled));

  const { env } = (await (await api.request('GET', `/projects/${ID}`)).json()) as { env: Record<string, unknown> };
  expect(env).toEqual({ GREETING: 'good "morning"', PEM: 'first\nsecond\n' });
  await visit(`/projects/${ID}/settings`);
  await expect(page.getByLabel('Value of variable 2')).toHaveValue('first\nsecond\n');
});

test('a .env that is pasted into a name becomes rows, and the change is marked until it is saved', { tag: '@script' }, async ({ page, visit }) => {
  await visit(`/projects/${ID}/settings`);
  const form = page.locator('form').filter({ has: page.getByRole('button', { name: 'Save environment' }) });
  await expect(form.getByText('Unsaved changes.')).toBeHidden();
  const rows = page.getByLabel(/^Name of variable/);
  const free = (await rows.count()) - 3; // three empty rows follow those of the project
  await rows.nth(free).evaluate((field) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', '# mail\nexport HOST_NAME=smtp # no\nPEM="a\nb"\nONE=1\nKEY=secret:API_KEY\n');
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect(rows.nth(free + 3)).toHaveValue('KEY');
  await expect(page.getByLabel(`Value of variable ${free + 1}`)).toHaveValue('smtp');
  await expect(page.getByLabel(`Value of variable ${free + 2}`)).toHaveValue('a\nb');
  await expect(page.getByLabel(`Secret of variable ${free + 4}`)).toHaveValue('API_KEY');
  await expect(form.getByText('Unsaved changes.')).toBeVisible();
});

test('a variable of the platform is refused by name', async ({ page, visit, javaScriptEnabled }) => {
  await visit(`/projects/${ID}/settings`);
  const rows = page.getByLabel(/^Name of variable/);
  await rows.last().fill('JWT_SECRET');
  await page.getByLabel(/^Value of variable/).last().fill('mine');
  await page.getByRole('button', { name: 'Save environment' }).click();

  const refused = page.getByRole('group', { name: 'Environment variables' }).locator('[aria-invalid=true]');
  await expect(refused).toHaveValue('JWT_SECRET');
  await expect(refused).toHaveAccessibleDescription(/JWT_SECRET/);
  if (javaScriptEnabled) await expect(refused).toBeFocused();
  await expect(page.getByRole('alert').filter({ hasText: 'Nothing was changed' })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/projects/${ID}/settings`));
});

test('a secret is set, listed by name and version, and never shown again', async ({ page, visit, api }) => {
  await visit(`/projects/${ID}/settings`);
  await page.getByLabel('Name of the secret').fill('SMTP_PASSWORD');
  await page.getByLabel('New value').fill(PLANTED);
  await page.getByRole('button', { name: 'Set secret' }).click();

  const row = page.getByRole('region', { name: 'Secrets' }).getByRole('row', { name: /^SMTP_PASSWORD/ });
  await expect(row).toBeVisible();
  await expect(page.getByLabel('New value')).toHaveValue('');
  expect(await page.content()).not.toContain(PLANTED);

  await visit(`/projects/${ID}/settings`);
  await expect(row).toBeVisible();
  for (const path of [`/projects/${ID}/settings`, `/projects/${ID}/events`, '/audit']) {
    await page.goto(path);
    expect(await page.content(), path).not.toContain(PLANTED);
  }
  expect(await (await api.request('GET', `/projects/${ID}/secrets`)).text()).not.toContain(PLANTED);
});

test('a secret of a wrong name is refused beside the field', async ({ page, visit }) => {
  await visit(`/projects/${ID}/settings`);
  await page.getByLabel('Name of the secret').fill('smtp-password');
  await page.getByLabel('New value').fill(PLANTED);
  await page.getByRole('button', { name: 'Set secret' }).click();

  await expect(page.getByLabel('Name of the secret')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Name of the secret')).toHaveValue('smtp-password');
});
