// Backups: taken, proved, restored, and the restore undone.

import type { Page } from '@playwright/test';

import type { Api } from '../api.ts';
import { expect, test } from '../fixtures.ts';
import { reach } from '../gateway.ts';
import { git } from '../repositories.ts';
import type { OwnedFleet } from '../owner.ts';
import { follow } from '../steps.ts';

const ID = 'river-orders';
const HOST = `${ID}.localhost`;
const PROVED_MS = 60_000;

/** Rows of the project, written and counted as its users do. */
class Companies {
  readonly #fleet: OwnedFleet;
  readonly #login: { email: string; password: string };

  constructor(fleet: OwnedFleet, login: { email: string; password: string }) {
    this.#fleet = fleet;
    this.#login = login;
  }

  /** A project with a first admin, whose log-in writes. */
  static async of(api: Api, fleet: OwnedFleet): Promise<Companies> {
    const path = 'crm/schema.ts';
    const ref = await git(fleet.examples, 'log', '-1', '--format=%H', '--', path);
    const schema_ref = { type: 'git', repo: `file://${fleet.examples}`, path, ref };
    await api.command('POST', '/projects', { id: ID, hostname: HOST, admin_email: 'admin@river.example', schema_ref });
    const login = await (await api.request('POST', `/projects/${ID}/admin-password`)).json();
    return new Companies(fleet, login as { email: string; password: string });
  }

  async add(name: string): Promise<void> {
    await this.#graphql('mutation M($data: JSON!) { create(model: "Company", data: $data) }', { data: { name } });
  }

  async names(): Promise<string[]> {
    const { records } = (await this.#graphql('{ records(model: "Company", limit: 9) }')) as { records: { name: string }[] };
    return records.map(({ name }) => name).sort();
  }

  async #graphql(query: string, variables: unknown = {}): Promise<unknown> {
    const { body: session } = await reach(this.#fleet, HOST, '/auth/login', { json: this.#login });
    const { token } = JSON.parse(session) as { token: string };
    const { body } = await reach(this.#fleet, HOST, '/graphql', { json: { query, variables }, token });
    const answer = JSON.parse(body) as { data: unknown; errors?: unknown };
    if (answer.data === null) throw new Error(`${query}: ${body}`);
    return answer.data;
  }
}

test('a backup is proved, restored and the restore undone', async ({ page, visit, api, fleet, javaScriptEnabled }) => {
  test.setTimeout(240_000);
  const live = Boolean(javaScriptEnabled);
  const companies = await Companies.of(api, fleet);
  await companies.add('Before');

  await visit(`/projects/${ID}/backups`);
  await expect(page.getByRole('heading', { name: 'No backup yet' })).toBeVisible();
  await page.getByRole('button', { name: 'Back up now' }).click();
  await follow(page, live);
  await page.getByRole('link', { name: 'Open the backups' }).click();
  const row = page.locator('tbody tr[data-state="complete"]').first();
  await proved(page, live);
  await expect(row).toContainText(/\d+ tables? with [\d,]+ rows?/);

  await companies.add('After');
  expect(await companies.names()).toEqual(['After', 'Before']);
  await row.getByRole('link', { name: /^Restore the backup of/ }).click();
  const ask = page.getByRole('button', { name: new RegExp(`^Restore ${ID} to`) });
  await expect(page.getByLabel('Take a backup first')).toBeChecked();
  await page.getByLabel('Use the schema commit of the backup').uncheck();
  await page.getByLabel('Project id').fill('river-order');
  await ask.click();
  await expect(page.getByLabel('Project id')).toHaveAccessibleDescription(/This is another project\./);
  await expect(page.getByLabel('Project id')).toHaveValue('river-order');
  await expect(page.getByLabel('Use the schema commit of the backup')).not.toBeChecked();
  expect(await companies.names(), 'a refused restore changes nothing').toEqual(['After', 'Before']);

  await page.getByLabel('Project id').fill(ID);
  await ask.click();
  await follow(page, live);
  expect(await companies.names()).toEqual(['Before']);

  await page.getByRole('link', { name: 'Open the backups' }).click();
  await expect(page.getByText('Before a restore')).toBeVisible();
  const ways = page.getByRole('region', { name: 'Ways back', exact: true });
  await ways.getByRole('link', { name: /^Undo the restore/ }).click();
  await page.getByLabel('Project id').fill(ID);
  await page.getByRole('button', { name: `Undo the restore of ${ID}` }).click();
  await follow(page, live);
  expect(await companies.names()).toEqual(['After', 'Before']);
});

test('a project is restored to a time of the window, and to no other', async ({ page, visit, api, javaScriptEnabled }) => {
  test.setTimeout(120_000);
  const id = 'north-ferry';
  await api.project(id);
  const created = Date.now(); // the window begins at the request of the project, before it has a database
  const latest = async () => {
    const { windows } = (await (await api.request('GET', `/projects/${id}/recovery`)).json()) as { windows: { latest: string }[] };
    return windows.at(-1)?.latest ?? '';
  };
  await expect.poll(async () => Date.parse(await latest()), { timeout: PROVED_MS }).toBeGreaterThan(created);

  await visit(`/projects/${id}/backups`);
  const window = page.getByRole('region', { name: 'Restore to a time', exact: true });
  await expect(window).toContainText(/From\d{4}-\d\d-\d\d .*To\d{4}-\d\d-\d\d /);
  await window.getByRole('link', { name: `Restore ${id} to a time` }).click();
  const [time, ask] = [page.getByLabel('Time (UTC)'), page.getByRole('button', { name: `Restore ${id}`, exact: true })];
  await time.fill('2020-01-01T00:00:00Z');
  await page.getByLabel('Project id').fill(id);
  await ask.click();
  await expect(time).toHaveAccessibleDescription(/cannot be restored to this time.*Z to \d{4}-/);
  await expect(time).toHaveValue('2020-01-01T00:00:00Z');

  await time.fill(await latest());
  await page.getByLabel('Take a backup first').uncheck();
  await ask.click();
  await follow(page, Boolean(javaScriptEnabled));
  await page.getByRole('link', { name: 'Open the backups' }).click();
  await expect(page.getByRole('row', { name: /Point in time/ })).toBeVisible();
});

test('a policy of a project is its own until it follows the fleet again', async ({ page, visit, api }) => {
  await api.project('old-tide');
  await visit('/projects/old-tide/backups');
  const policy = page.getByRole('region', { name: 'Policy', exact: true });
  await expect(policy).toContainText('Set bythe fleet');
  await page.getByRole('textbox', { name: 'Schedule' }).fill('30 2 * * *');
  await page.getByLabel('Newest backups').fill('0');
  await page.getByRole('button', { name: 'Change policy' }).click();
  await expect(page.getByRole('textbox', { name: 'Schedule' })).toHaveAccessibleDescription(/The time zone is missing/);
  await expect(page.getByLabel('Newest backups')).toHaveAccessibleDescription(/0 is not accepted/);

  await page.getByRole('textbox', { name: 'Schedule' }).fill('every 6h');
  await page.getByLabel('Newest backups').fill('3');
  await page.getByLabel('Compare the content of every table').uncheck();
  await page.getByRole('button', { name: 'Change policy' }).click();
  await expect(policy).toContainText('every 6 h');
  await expect(policy).toContainText('the newest 3, and one of each of 14 days');
  await expect(page.getByLabel('Compare the content of every table')).not.toBeChecked();

  await page.getByRole('button', { name: 'Use the policy of the fleet' }).click();
  await expect(policy).toContainText('Set bythe fleet');
});

test('a backup is removed after a question', async ({ page, visit, api }) => {
  await api.project('old-tide');
  const id = await api.backup('old-tide');
  await visit(`/projects/old-tide/backups/${id}`);
  await expect(page.getByText('The backup was restored into a copy, which was equal to what was backed up.')).toBeVisible();
  await expect(page.getByText('pg_restore --no-owner --exit-on-error -d NEW database.dump')).toBeVisible();
  await page.getByRole('link', { name: /^Remove the backup of/ }).click();
  await page.getByRole('button', { name: /^Remove the backup of/ }).click();
  await expect(page.locator('tr[data-state="removed"]')).toContainText('The archive was removed.');

  await visit('/backups');
  await expect(page.getByRole('row', { name: /^old-tide/ })).toContainText('No proof');
});

/** Waits until the newest backup is proved. */
async function proved(page: Page, live: boolean): Promise<void> {
  const mark = page.locator('tbody tr .status').first();
  await expect(async () => {
    if (!live) await page.reload();
    await expect(mark).toHaveText('Verified', { timeout: live ? PROVED_MS : 1_000 });
  }).toPass({ timeout: PROVED_MS });
}
