// An open page is merged with what the server renders now; what the operator is doing stays.

import type { Page, Response } from '@playwright/test';

import { alive, expect, test } from '../fixtures.ts';

const ID = 'night-train';

test.beforeEach(async ({ api }) => {
  await api.project(ID);
});

// a page that is fetched again when the test ends may be in a handler of it
test.afterEach(async ({ page }) => {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

/** Resolves with the next refetch of the page. */
function refetched(page: Page): Promise<Response> {
  return page.waitForResponse((response) => response.request().headers()['x-refetch'] === '1' && response.request().resourceType() === 'fetch');
}

/** Has the page fetched again, as after a hint, and waits until it is merged. */
async function merged(page: Page): Promise<void> {
  const fetched = refetched(page);
  await page.evaluate(() => {
    document.querySelector('main')?.setAttribute('data-before', '');
    new BroadcastChannel('atomo-fleet-events').postMessage({ hint: { topic: 'fleet' } }); // as from the window with the stream
  });
  await fetched;
  await expect(page.locator('main[data-before]')).toHaveCount(0);
}

test('focus, selection, typed text, open details and scroll stay', async ({ page, visit }) => {
  await visit(`/projects/${ID}/settings`);
  await page.getByLabel('Display name').fill('Half typed');
  const aliases = page.getByLabel('Aliases');
  await aliases.fill('one.localhost');
  await aliases.evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(2, 5));
  await page.evaluate(() => scrollTo(0, 300));
  await page.evaluate(() => Object.assign(window, { field: document.activeElement }));
  await merged(page);

  const state = await page.evaluate(() => {
    const field = document.activeElement as HTMLTextAreaElement;
    return { same: field === (window as unknown as { field: Element }).field, value: field.value, selection: [field.selectionStart, field.selectionEnd], scroll: scrollY };
  });
  expect(state).toEqual({ same: true, value: 'one.localhost', selection: [2, 5], scroll: 300 });
  await expect(page.getByLabel('Display name')).toHaveValue('Half typed');

  await visit('/settings');
  await page.getByText('Add a repository').click();
  await merged(page);
  await expect(page.getByLabel('Address')).toBeVisible();
});

test('a form that was changed keeps what it was filled from, and says that it is outdated', async ({ page, visit, api }) => {
  await visit(`/projects/${ID}/settings`);
  const form = page.locator('form', { has: page.getByLabel('Display name') });
  const generation = form.locator('input[name=generation]');
  const before = await generation.inputValue();
  await page.getByLabel('Display name').fill('Mine');
  await expect(form).toHaveAttribute('data-changed', '');
  await api.command('POST', `/projects/${ID}/restart`);
  await merged(page);
  await expect(generation).toHaveValue(before);
  await expect(page.getByLabel('Display name')).toHaveValue('Mine');

  await page.getByLabel('Display name').fill(ID);
  await expect(form).not.toHaveAttribute('data-changed');
  await merged(page);
});

test('rows are the same elements, and a row that is used keeps its focus', async ({ page, visit, api }) => {
  await visit('/');
  const link = page.locator('.fleet').getByRole('link', { name: ID, exact: true });
  await link.focus();
  await page.evaluate(() => Object.assign(window, { row: document.activeElement?.closest('tr') }));
  await api.command('POST', `/projects/${ID}/restart`);
  await merged(page);
  await expect(link).toBeFocused();
  expect(await page.evaluate(() => document.activeElement?.closest('tr') === (window as unknown as { row: Element }).row)).toBe(true);
});

test('what is shown once stays, and the rest is merged around it', async ({ page, visit, api }) => {
  await visit('/audit');
  const verdict = page.getByText('The trail is intact');
  await expect(verdict).toBeVisible();
  // a page holds 50 events: a newer one takes the place of the oldest
  const newest = page.locator('main').getByRole('row').nth(1);
  const before = await newest.getAttribute('data-row');
  await api.command('POST', `/projects/${ID}/restart`);
  for (let times = 0; times < 2; times += 1) {
    await merged(page);
    await expect(verdict).toHaveCount(1);
  }
  expect(before).not.toBeNull();
  await expect(newest).not.toHaveAttribute('data-row', before ?? '');
});

test('the palette stays open and typed, and its keys go on', async ({ page, visit }) => {
  await visit('/');
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Go to' });
  await page.keyboard.type(`restart ${ID}`);
  await expect(palette.getByRole('option')).toHaveCount(1);
  await merged(page);
  await expect(palette.getByRole('combobox')).toHaveValue(`restart ${ID}`);
  await expect(palette.getByRole('combobox')).toBeFocused();
  await page.keyboard.press('Enter');
  const question = page.getByRole('dialog', { name: `Restart ${ID}` });
  await expect(question.getByRole('heading', { name: `Restart ${ID}?` })).toBeVisible();
  await merged(page);
  await expect(question).toBeVisible();
  await question.getByRole('link', { name: 'Cancel' }).click();
  await expect(question).toHaveCount(0);
});

test('a running element is kept over merges, and ends when it leaves the page', async ({ page, visit, api }) => {
  const ended: string[] = [];
  page.on('requestfailed', (request) => ended.push(request.url()));
  await visit(`/projects/${ID}/logs`);
  const lines = page.getByRole('log').getByRole('listitem');
  await expect(lines.first()).toBeVisible();
  await page.evaluate(() => Object.assign(window, { log: document.querySelector('fleet-log') }));
  await merged(page);
  expect(await page.evaluate(() => document.querySelector('fleet-log') === (window as unknown as { log: Element }).log)).toBe(true);
  const before = await lines.count();
  await api.command('POST', `/projects/${ID}/restart`);
  await expect.poll(() => lines.count()).toBeGreaterThan(before);

  expect(ended).toEqual([]);
  await page.getByRole('link', { name: 'Warnings' }).click(); // another log: the element is replaced
  await expect.poll(() => ended.filter((url) => url.includes('/logs/follow')).length).toBe(1);
  expect(await page.evaluate(() => document.querySelector('fleet-log') !== (window as unknown as { log: Element }).log)).toBe(true);
});

test('an element that a merge brings comes alive', async ({ page, api }) => {
  const operation = await api.accepted('POST', `/projects/${ID}/restart`);
  let hides = true;
  await page.route(`**/operations/${operation.id}`, async (route) => {
    const answer = await route.fetch();
    const html = await answer.text();
    const log = `<fleet-log data-source="/projects/${ID}/logs/follow?tail=5" data-skip-merge=""><div class="log short"><ol></ol></div></fleet-log>`;
    await route.fulfill({ response: answer, body: hides ? html : html.replace('</main>', `<section id="born">${log}</section></main>`) });
  });
  await page.goto(`/operations/${operation.id}`);
  await alive(page);
  await expect(page.locator('#born')).toHaveCount(0);
  hides = false;
  await merged(page);
  await expect(page.locator('#born li').first()).toBeVisible();
});

test('a page of another version of the dashboard says so and keeps what was typed', async ({ page, visit }) => {
  await visit(`/projects/${ID}/settings`);
  await page.getByLabel('Display name').fill('Half typed');
  await page.route(`**/projects/${ID}/settings`, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()).replace(/data-build="[^"]*"/, 'data-build="another"') });
  });
  for (let times = 0; times < 2; times += 1) {
    await merged(page);
    await expect(page.getByRole('heading', { name: 'This page is of another version of the dashboard' })).toHaveCount(1);
  }
  await expect(page.getByLabel('Display name')).toHaveValue('Half typed');
});

test('text that an extension or a translator has wrapped does not break links, forms or merges', async ({ page, visit }) => {
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  await visit(`/projects/${ID}`);
  await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) if (text.textContent?.trim()) texts.push(text as Text);
    for (const text of texts) {
      const font = document.createElement('font');
      text.replaceWith(font);
      font.append(text);
    }
  });
  await merged(page);
  await page.getByRole('link', { name: 'Restart', exact: true }).click();
  await expect(page.getByRole('heading', { name: `Restart ${ID}?` })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('navigation', { name: ID }).getByRole('link', { name: 'Settings' }).click();
  await expect(page).toHaveURL(/\/settings$/);
  expect(errors).toEqual([]);
});

test('a browser whose clock is wrong by hours shows the times of the server', async ({ page, visit }) => {
  await page.addInitScript(() => {
    const [now, wrong] = [Date.now.bind(Date), 5 * 3_600_000];
    Date.now = () => now() + wrong;
  });
  await visit(`/projects/${ID}`);
  const checked = page.getByRole('region', { name: 'Desired and observed' }).locator('header time');
  for (let times = 0; times < 2; times += 1) {
    await page.waitForTimeout(1_100); // a tick of the clock
    await expect(checked).toHaveText(/^(now|\d+ s ago|\d+ min ago)$/);
    await merged(page);
  }
});

test('one window of twenty holds the event stream for all, and another takes over', async ({ context, api }) => {
  test.setTimeout(120_000);
  const streams = new Set<Page>();
  const pages: Page[] = [];
  for (let number = 0; number < 20; number += 1) {
    const page = await context.newPage();
    page.on('request', (request) => request.url().endsWith('/api/v1/events') && streams.add(page));
    await page.goto('/');
    await alive(page);
    pages.push(page);
  }
  expect([...streams]).toEqual([pages[0]]);
  await pages[0]?.close();
  await expect.poll(() => streams.size).toBe(2);
  const last = pages.at(-1) as Page;
  await alive(last);
  const fetched = refetched(last);
  await api.command('POST', `/projects/${ID}/restart`);
  await fetched;
});

test('many windows with a log leave connections for the rest', async ({ context, api }) => {
  const pages: Page[] = [];
  for (let number = 0; number < 8; number += 1) {
    const page = await context.newPage();
    await page.goto(`/projects/${ID}/logs`);
    pages.push(page);
  }
  for (const page of pages) await alive(page);
  const further = await context.newPage();
  await further.goto('/', { timeout: 5_000 });
  await alive(further);
  const last = pages.at(-1) as Page;
  const lines = last.getByRole('log').getByRole('listitem');
  const before = await lines.count();
  await api.command('POST', `/projects/${ID}/restart`);
  await expect.poll(() => lines.count(), { timeout: 15_000 }).toBeGreaterThan(before);
});

test('where the page script fails half-way, forms and links are those of the browser', async ({ page, visit, context }) => {
  await context.route('**/pkg/{merge,log,palette}.*.js', (route) => route.abort());
  await visit('/settings');
  await page.getByLabel('Name of the token').fill('half-way');
  await page.getByRole('button', { name: 'Create token' }).click();
  await expect(page.getByText('New token half-way, shown once')).toBeVisible();
});

test('where the page script is blocked, nothing promises what does not work', async ({ page, context }) => {
  await context.route('**/pkg/*.js', (route) => route.abort());
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Go to' })).toBeHidden();
  await page.getByRole('link', { name: 'Operations', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Operations');
});

test('a second press while the first is under way does nothing', async ({ page, visit, api }) => {
  await visit(`/projects/${ID}`);
  await page.getByRole('link', { name: 'Restart', exact: true }).click();
  const button = page.getByRole('button', { name: `Restart ${ID}` });
  const count = async (): Promise<number> => {
    const { items } = (await (await api.request('GET', `/operations?project=${ID}`)).json()) as { items: unknown[] };
    return items.length;
  };
  const before = await count();
  await button.dblclick();
  await expect(page).toHaveURL(/\/operations\//);
  expect(await count()).toBe(before + 1);
});

test('a filter that is chosen while the answer to another comes is not lost', async ({ page, visit }) => {
  await visit('/audit');
  const filters = page.getByRole('search', { name: 'Filter the events' });
  let answer = (): void => undefined;
  const held = new Promise<void>((resolve) => (answer = resolve));
  await page.route(/audit\?project=/, async (route) => {
    await held;
    await route.continue();
  });
  await filters.getByRole('searchbox', { name: 'Project' }).fill(ID);
  await expect(page).toHaveURL(/project=/);
  const merged = refetched(page);
  await filters.getByLabel('Action').selectOption('Create a project');
  answer();
  await merged;
  await expect(page).toHaveURL(/action=project.create/);
  await expect(filters.getByLabel('Action')).toHaveValue('project.create');
});
