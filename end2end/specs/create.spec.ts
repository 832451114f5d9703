// From a commit to a project that answers at its own address.

import { expect, test } from '../fixtures.ts';
import { reach } from '../gateway.ts';
import { git } from '../repositories.ts';
import { follow, pickCommit, unfold } from '../steps.ts';

const STEPS = [
  'Create secrets',
  'Create role and database',
  'Write the schema file',
  'Start the instance',
  'Wait until ready',
  'Publish the route',
  'Reach it through the gateway',
];

test('what is wrong stands beside each field, and what was typed stays', async ({ page, visit }) => {
  await visit('/projects/new');
  await unfold(page);
  await page.getByLabel('Project id').fill('Harbor_Crm');
  await page.getByLabel('Display name').fill('Harbor CRM');
  await page.getByLabel('Hostname', { exact: true }).fill('not a name');
  await page.getByLabel('Path').fill('../schema.ts');
  await page.getByLabel('Name of variable 1').fill('DATABASE_URL');
  await page.getByLabel('Value of variable 1').fill('postgres://elsewhere');
  await page.getByRole('button', { name: 'Create project' }).click();

  await expect(page.getByLabel('Project id')).toHaveAccessibleDescription(/A capital letter is not accepted\. Accepted: 3 to 40/);
  for (const label of ['Project id', 'Hostname', 'Path']) {
    await expect(page.getByLabel(label, { exact: true })).toHaveAttribute('aria-invalid', 'true');
  }
  const variable = page.getByLabel('Name of variable 1');
  await expect(variable).toHaveAttribute('aria-invalid', 'true');
  await expect(variable).toHaveAccessibleDescription(/DATABASE_URL/);
  await expect(page.getByLabel(/^Name of variable/)).toHaveCount(4); // blank rows do not accumulate
  await expect(page.getByRole('alert').filter({ hasText: 'Nothing was changed' })).toBeVisible();

  await expect(page.getByLabel('Project id')).toHaveValue('Harbor_Crm');
  await expect(page.getByLabel('Display name')).toHaveValue('Harbor CRM');
  await expect(page.getByLabel('Hostname', { exact: true })).toHaveValue('not a name');
  await expect(page.getByLabel('Value of variable 1')).toHaveValue('postgres://elsewhere');
});

test('a branch is refused with the commit that it names', async ({ page, visit, fleet, javaScriptEnabled }) => {
  const main = await git(fleet.examples, 'rev-parse', 'main');
  await visit('/projects/new');
  await unfold(page);
  await page.getByLabel('Project id').fill('by-branch');
  await page.getByLabel('Hostname', { exact: true }).fill('by-branch.localhost');
  await page.getByLabel('Repository').fill(`file://${fleet.examples}`);
  await page.getByLabel('Path').fill('blog/schema.ts');
  await page.getByLabel('Commit', { exact: true }).fill('main');
  await page.getByRole('button', { name: 'Create project' }).click();

  await expect(page.getByLabel('Commit', { exact: true })).toHaveAccessibleDescription(new RegExp(`It names ${main} now`));
  await expect(page.getByLabel('Commit', { exact: true })).toHaveValue('main');
  if (javaScriptEnabled) {
    await page.getByRole('button', { name: 'Use it' }).click();
    await expect(page.getByLabel('Commit', { exact: true })).toHaveValue(main);
  } else {
    await expect(page.getByText(main, { exact: true })).toBeVisible();
  }
});

test('a commit is picked, every step is followed, and the project answers', async ({ page, visit, fleet, javaScriptEnabled }) => {
  test.setTimeout(120_000);
  await visit('/');
  await page.getByRole('link', { name: 'Create project' }).first().click();
  await unfold(page);
  await page.getByLabel('Project id').fill('corner-shop');
  if (javaScriptEnabled) {
    await expect(page.getByLabel('Hostname', { exact: true })).toHaveValue('corner-shop.localhost');
  } else {
    await page.getByLabel('Hostname', { exact: true }).fill('corner-shop.localhost');
  }
  await page.getByLabel('Value of variable 1').fill('not for the history');
  await page.getByLabel('Name of variable 1').fill('GREETING');
  await pickCommit(page, fleet.examples, 'shop/schema.ts', /shop: sales, and barcodes on products/);
  await expect(page.getByRole('radio')).toHaveCount(2);
  expect(page.url()).not.toContain('history');
  await expect(page.getByLabel('Value of variable 1')).toHaveValue('not for the history');
  await expect(page.getByRole('radio', { name: /shop: categories and products/ })).not.toBeChecked();
  await unfold(page); // without JavaScript the page was loaded anew
  await page.getByLabel('First admin').fill('keeper@shop.example');
  await page.getByRole('button', { name: 'Create project' }).click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Create corner-shop');
  const steps = page.getByRole('region', { name: 'Steps' }).getByRole('listitem');
  await expect(steps).toHaveCount(STEPS.length);
  await follow(page, Boolean(javaScriptEnabled));
  for (const [index, title] of STEPS.entries()) {
    await expect(steps.nth(index)).toContainText(title);
    await expect(steps.nth(index)).toHaveAttribute('data-step', 'done');
  }

  expect((await reach(fleet, 'corner-shop.localhost', '/ready')).status).toBe(200);

  await page.getByRole('button', { name: "Show the first admin's password" }).click();
  const password = page.getByRole('heading', { name: 'Password of the first admin of corner-shop, shown once' });
  await expect(password).toBeVisible();
  if (javaScriptEnabled) {
    // a refetch keeps what is shown once
    const anew = page.waitForResponse((response) => response.request().headers()['x-refetch'] === '1');
    await page.evaluate(() => new BroadcastChannel('atomo-fleet-events').postMessage({ hint: { topic: 'fleet' } }));
    await anew;
    await expect(password).toBeVisible();
  }

  const opens = page.getByRole('link', { name: `Open corner-shop.localhost:${fleet.gateway.https}` });
  await expect(opens).toHaveAttribute('href', `https://corner-shop.localhost:${fleet.gateway.https}`);
  const asked = page.getByRole('region', { name: 'Request' });
  await expect(asked).toContainText('corner-shop.localhost');
  await expect(asked).toContainText('proj_corner-shop');

  await page.getByRole('link', { name: 'Go to corner-shop' }).click();
  await expect(page.getByText('Stand-in, not atomo-server')).toBeVisible();
  await expect(page.getByText('Healthy')).toBeVisible();
  const address = page.getByRole('link', { name: `corner-shop.localhost:${fleet.gateway.https}` });
  await expect(address).toHaveAttribute('href', `https://corner-shop.localhost:${fleet.gateway.https}`);
});

test('a check shows what would be made and creates nothing', async ({ page, visit, api, fleet, javaScriptEnabled }) => {
  await visit('/projects/new');
  await unfold(page);
  await page.getByLabel('Project id').fill('only-checked');
  if (javaScriptEnabled) await expect(page.getByLabel('Display name')).toHaveValue('only-checked');
  else await expect(page.getByText('the project will have no hostname')).toBeVisible();
  await page.getByLabel('Hostname', { exact: true }).fill('only-checked.localhost');
  await page.getByLabel('Further variables').fill('GREETING="good\nmorning"\nKEY=secret:API_KEY');
  await pickCommit(page, fleet.examples, 'crm/schema.ts', /crm: companies/);
  await page.getByRole('button', { name: 'Check without creating' }).click();

  const plan = page.locator('#plan');
  await expect(plan).toContainText('only-checked can be created');
  for (const text of ['only-checked.localhost', 'proj_only-checked', 'crm: companies', 'JWT_SECRET', 'API_KEY']) await expect(plan).toContainText(text);
  await expect(page.getByLabel('Further variables')).toHaveValue('GREETING="good\nmorning"\nKEY=secret:API_KEY');
  expect((await api.request('GET', '/projects/only-checked')).status).toBe(404);
  if (javaScriptEnabled) {
    await expect(plan.getByText('The form was changed since this check.')).toBeHidden();
    await page.getByLabel('Project id').fill('other-name');
    await expect(plan.getByText('The form was changed since this check.')).toBeVisible();
  }
  await page.getByLabel('Further variables').fill('GREETING');
  await page.getByRole('button', { name: 'Check without creating' }).click();
  await expect(page.getByLabel('Further variables')).toHaveAccessibleDescription(/Line 1: The line contains no =\./);
  await expect(plan).toBeEmpty();
});

test('a project is duplicated without its names', async ({ page, visit, api }) => {
  await api.project('original');
  await visit('/projects/original/settings');
  await page.getByRole('link', { name: 'Duplicate this project' }).click();
  await expect(page.getByRole('heading', { name: 'Filled from original' })).toBeVisible();
  await unfold(page);
  const present = (await (await api.request('GET', '/projects/original')).json()) as { schema_ref: { path: string; ref: string } };
  await expect(page.getByLabel('Path', { exact: true })).toHaveValue(present.schema_ref.path);
  await expect(page.getByLabel('Memory')).toHaveValue('512 MiB');
  await expect(page.getByLabel('Project id')).toHaveValue('');
  await expect(page.getByLabel('Hostname', { exact: true })).toHaveValue('');
});

test('an id and a hostname that are taken are refused with their owner', async ({ page, visit, api, fleet }) => {
  await api.project('taken-name');
  await visit('/projects/new');
  await unfold(page);
  await page.getByLabel('Project id').fill('taken-name');
  await page.getByLabel('Hostname', { exact: true }).fill('another-name.localhost');
  await pickCommit(page, fleet.examples, 'crm/schema.ts', /crm: companies/);
  await page.getByRole('button', { name: 'Create project' }).click();
  await expect(page.getByLabel('Project id')).toHaveAccessibleDescription(/The project taken-name exists already/);

  await page.getByLabel('Project id').fill('another-name');
  await page.getByLabel('Hostname', { exact: true }).fill('taken-name.localhost');
  await page.getByRole('button', { name: 'Create project' }).click();
  await expect(page.getByLabel('Hostname', { exact: true })).toHaveAccessibleDescription(/belongs to the project taken-name/);
});
