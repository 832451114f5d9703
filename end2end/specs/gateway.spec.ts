// The gateway: facts, certificates, edge policies.

import type { Api } from '../api.ts';
import { expect, test } from '../fixtures.ts';
import { reach } from '../gateway.ts';
import { follow } from '../steps.ts';

const ID = 'toll-house';

test.beforeEach(async ({ api }) => {
  await api.project(ID);
});

/** Replaces the fleet's policy as it is now. */
async function replace(api: Api, policy: object): Promise<void> {
  const { edge_generation: generation } = (await (await api.request('GET', '/gateway')).json()) as { edge_generation: number };
  expect((await api.request('PUT', '/gateway/edge', { generation, policy })).status).toBe(200);
}

test.afterEach(async ({ api }) => {
  await replace(api, {});
});

test('the page says what the gateway is and which certificates it has', async ({ page, visit }) => {
  await visit('/');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Gateway' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Gateway' })).toBeVisible();
  await expect(page.getByText(/^Caddy 2\./)).toBeVisible();
  await expect(page.getByText('This build has no rate limiter')).toBeVisible();

  const row = page.getByRole('region', { name: 'Certificates' }).getByRole('row', { name: new RegExp(`^${ID}\\.localhost`) });
  await expect(async () => {
    await visit('/gateway');
    await expect(row).toContainText("Internal CA", { timeout: 1000 });
  }).toPass();
  await expect(row.getByRole('link', { name: ID })).toHaveAttribute('href', `/projects/${ID}`);
});

test('a policy of the fleet reaches the gateway', async ({ page, visit, fleet }) => {
  await visit('/gateway');
  await expect(page.getByLabel('Blocked paths')).toHaveValue('/workflows*\n/metrics');
  await page.getByLabel('Response headers').fill('X-Frame-Options: SAMEORIGIN');
  const saved = page.waitForResponse((response) => response.request().method() === 'POST'); // a visit would cancel the request
  await page.getByRole('button', { name: 'Save policy' }).click();
  await saved;
  await expect(async () => {
    await visit('/gateway');
    await expect(page.getByLabel('Response headers')).toHaveValue('x-frame-options: SAMEORIGIN', { timeout: 1000 });
  }).toPass();
  expect((await reach(fleet, `${ID}.localhost`, '/metrics')).status).toBe(404);
});

test('a policy that was changed meanwhile is shown beside what was typed, and saved by a second decision', async ({ page, visit, api }) => {
  await visit('/gateway');
  await page.getByLabel('Blocked paths').fill('/mine');
  await replace(api, { blocked_paths: ['/theirs'] });
  await page.getByRole('button', { name: 'Save policy' }).click();
  await expect(page.getByRole('alert').getByText('The policy of the fleet was changed meanwhile')).toBeVisible();
  const differs = page.getByRole('row', { name: /policy\.blocked_paths/ });
  await expect(differs).toContainText('/theirs');
  await expect(differs).toContainText('/mine');
  await expect(page.getByLabel('Blocked paths')).toHaveValue('/mine');
  await page.getByRole('button', { name: 'Save policy' }).click();
  await expect(async () => {
    const view = (await (await api.request('GET', '/gateway')).json()) as { edge: { policy: { blocked_paths?: string[] } } };
    expect(view.edge.policy.blocked_paths).toEqual(['/mine']);
  }).toPass();
});

test('a network that is none is refused beside its field, and nothing is changed', async ({ page, visit, api }) => {
  await visit('/gateway');
  await page.getByLabel('Denied networks (CIDR)').fill('203.0.113.0/24\n10.1.2.3/8');
  await page.getByRole('button', { name: 'Save policy' }).click();
  const field = page.getByLabel('Denied networks (CIDR)');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveValue('203.0.113.0/24\n10.1.2.3/8');
  await expect(field).toHaveAccessibleDescription(/use 10\.0\.0\.0\/8, or 10\.1\.2\.3 alone/);
  const view = (await (await api.request('GET', '/gateway')).json()) as { edge: { policy: { deny?: string[] } } };
  expect(view.edge.policy.deny ?? []).toEqual([]);
});

test("a project's policy is an operation, and visitors are turned away after it", async ({ page, visit, fleet, javaScriptEnabled }) => {
  const save = async (deny: string) => {
    await visit(`/projects/${ID}/settings`);
    const network = page.getByRole('region', { name: 'Network' });
    await expect(network.getByText('The fleet blocks /workflows*, /metrics')).toBeVisible();
    await network.getByLabel('Denied networks (CIDR)').fill(deny);
    await network.getByRole('button', { name: 'Save network policy' }).click();
    await follow(page, Boolean(javaScriptEnabled));
  };
  await save('127.0.0.0/8\n::1');
  expect((await reach(fleet, `${ID}.localhost`, '/ready')).status).toBe(403);
  await save('');
  expect((await reach(fleet, `${ID}.localhost`, '/ready')).status).toBe(200);
});
