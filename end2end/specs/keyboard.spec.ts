// Everything by keyboard, and where the focus is.

import { expect, test } from '../fixtures.ts';

const ID = 'harbor-booking';

test.beforeEach(async ({ api }) => {
  await api.project(ID);
});

test('the first Tab offers to skip to the content, and the next one is in it', async ({ page, visit }) => {
  await visit('/audit');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#main$/);
  await page.keyboard.press('Tab');
  await expect(page.locator('main :focus')).toHaveCount(1);
});

test('letters lead to pages and fields where JavaScript runs, and nowhere else', async ({ page, visit, javaScriptEnabled }) => {
  await visit('/audit');
  await page.keyboard.press('g');
  await page.keyboard.press('f');
  if (!javaScriptEnabled) {
    await expect(page).toHaveURL(/\/audit$/);
    return;
  }
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Fleet');

  await page.keyboard.press('/');
  const search = page.getByRole('searchbox', { name: 'Find a project by name, hostname, commit or label' });
  await expect(search).toBeFocused();
  await page.keyboard.type('harbor');
  await expect(page).toHaveURL(/\?q=harbor$/);
  await page.keyboard.press('Escape');
  await expect(search).not.toBeFocused();
});

test('Esc closes the list of keys at once, and the account menu opens it when letters are off', async ({ page, visit, javaScriptEnabled }) => {
  await visit('/');
  const menu = page.locator('details.menu');
  if (!javaScriptEnabled) {
    await menu.locator('summary').click();
    await expect(menu.getByText('Keyboard')).toBeHidden();
    return;
  }
  const keys = page.getByRole('dialog', { name: 'Keys' });
  await page.keyboard.press('?');
  await keys.getByRole('checkbox', { name: 'Single-letter shortcuts in this browser' }).uncheck();
  await page.keyboard.press('Escape');
  await expect(keys).toBeHidden();

  await page.keyboard.press('?');
  await expect(keys).toBeHidden();
  await menu.locator('summary').click();
  await menu.getByRole('button', { name: 'Keyboard' }).click();
  await expect(keys).toBeVisible();
  await expect(menu).not.toHaveAttribute('open');
  await keys.getByRole('checkbox', { name: 'Single-letter shortcuts in this browser' }).check();
  await page.keyboard.press('Escape');
  await expect(keys).toBeHidden();
});

test('the palette goes where the arrows lead, or where somebody presses', async ({ page, visit, javaScriptEnabled }) => {
  const opener = page.getByRole('button', { name: 'Go to' });
  await visit('/audit');
  if (!javaScriptEnabled) {
    await expect(opener).toBeHidden();
    return;
  }
  const palette = page.getByRole('dialog', { name: 'Go to' });
  const field = palette.getByRole('combobox', { name: 'Go to a page or a project' });
  const selected = palette.getByRole('option', { selected: true });

  await page.keyboard.press('Control+k');
  await expect(field).toBeFocused();
  await expect(selected).toHaveText(/^Fleet/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(selected).toHaveText(/^Operations/);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/operations$/);
  await expect(palette).toBeHidden();

  await opener.click();
  await expect(field).toHaveValue('');
  await field.click(); // nothing covers the field
  await expect(palette).toBeVisible();
  await field.fill('harbor-b');
  await palette.getByRole('option', { name: new RegExp(`^${ID}`) }).click();
  await expect(page).toHaveURL(new RegExp(`/projects/${ID}$`));

  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  await expect(palette).toBeHidden();
});

test('the account menu closes by itself', async ({ page, visit, javaScriptEnabled }) => {
  await visit('/');
  const menu = page.locator('details.menu');
  const summary = menu.locator('summary');
  if (javaScriptEnabled) {
    await summary.click();
    await page.keyboard.press('Escape');
    await expect(menu).not.toHaveAttribute('open');
    await expect(summary).toBeFocused();

    await summary.click();
    await page.getByRole('heading', { level: 1 }).click();
    await expect(menu).not.toHaveAttribute('open');
  }

  await summary.click();
  await menu.getByRole('link').click();
  await expect(page).toHaveURL(/\/settings$/);
  await expect(menu).not.toHaveAttribute('open');
});

test('the look is chosen in the account menu and is that of the first paint', async ({ page, visit }) => {
  await visit('/audit');
  for (const [now, next] of [['as the system', 'light'], ['light', 'dark'], ['dark', null]] as const) {
    await page.locator('details.menu summary').click();
    await page.getByRole('button', { name: `Theme: ${now}` }).click();
    await expect(page).toHaveURL(/\/audit$/);
    if (next === null) await expect(page.locator('html')).not.toHaveAttribute('data-theme');
    else await expect(page.locator('html')).toHaveAttribute('data-theme', next);
  }
});

test('keeping things as they are leads back to where the question was asked', async ({ page, visit, javaScriptEnabled }) => {
  await visit(`/projects/${ID}/events`);
  const stop = page.getByRole('link', { name: 'Stop', exact: true });
  await stop.click();
  if (!javaScriptEnabled) {
    await page.getByRole('link', { name: 'Cancel' }).click();
    await expect(page).toHaveURL(new RegExp(`/projects/${ID}$`));
    return;
  }
  const question = page.getByRole('dialog', { name: 'Stop' });
  await question.getByRole('link', { name: 'Cancel' }).click();
  await expect(question).toBeHidden();
  await expect(page).toHaveURL(/\/events$/);
  await expect(stop).toBeFocused();
});

test('the pages of a project have names of their own', async ({ page, visit }) => {
  await visit(`/projects/${ID}`);
  await expect(page).toHaveTitle(`${ID} - Atomo Fleet`);
  await page.getByRole('navigation', { name: ID }).getByRole('link', { name: 'Events' }).click();
  await expect(page).toHaveTitle(`Events of ${ID} - Atomo Fleet`);
});

test('what was typed before the script arrived stays, and the script goes on from it', async ({ page, javaScriptEnabled }) => {
  let arrive = (): void => undefined;
  const held = new Promise<void>((resolve) => (arrive = resolve));
  await page.route('**/pkg/*.js', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/projects/new', { waitUntil: 'commit' });
  await page.getByLabel('Project id').fill('typed-early');
  arrive();
  await expect(page.getByLabel('Project id')).toHaveValue('typed-early');
  if (!javaScriptEnabled) return; // no script arrives
  await expect(page.locator('[data-live]')).toHaveAttribute('data-live', 'live');
  await expect(page.getByLabel('Project id')).toHaveValue('typed-early');
  await page.getByLabel('Project id').press('End');
  await page.keyboard.type('-2');
  await expect(page.getByLabel('Hostname', { exact: true })).toHaveValue('typed-early-2.localhost');
});

test('letters act on the project of the focused row', { tag: '@script' }, async ({ page, visit }) => {
  await visit(`/?q=${ID}`);
  await page.keyboard.press('r');
  await expect(page.getByRole('dialog')).toHaveCount(0); // no row has the focus
  await page.keyboard.press('j');
  await expect(page.locator('.row-link')).toBeFocused();
  await page.keyboard.press('r');
  const restart = page.getByRole('dialog', { name: `Restart ${ID}` });
  await expect(restart.getByRole('button', { name: `Restart ${ID}` })).toBeVisible();
  await restart.getByText('Copy as command').click();
  await expect(restart.locator('code')).toHaveText(`atomoctl project restart ${ID}`);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(restart).toHaveCount(0);

  await page.keyboard.press('.');
  const palette = page.getByRole('dialog', { name: 'Go to' });
  await expect(palette.getByRole('combobox')).toHaveValue(ID);
  await expect(palette.getByRole('option', { name: `Restart ${ID}` })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('l');
  await expect(page).toHaveURL(new RegExp(`/projects/${ID}/logs$`));
});
