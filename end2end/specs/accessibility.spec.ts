// Every page has no finding of axe, in both themes and at both widths. Keyboard use is in `keyboard.spec.ts`.

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { ANONYMOUS, expect, test } from '../fixtures.ts';
import { everyPage } from '../pages.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const THEMES = ['light', 'dark'] as const;
const WIDTHS = [1280, 390];
const PUBLIC: [string, string][] = [['login', '/login'], ['setup-hint', '/setup'], ['setup-used', '/setup/no-such-code']];

for (const theme of THEMES) {
  for (const width of WIDTHS) {
    test(`axe finds nothing in the ${theme} theme at ${width} px`, async ({ browser, api, fleet, storageState, javaScriptEnabled }) => {
      test.setTimeout(180_000);
      // axe is a script: the page without JavaScript is simulated by blocking the page's own scripts
      const look = { colorScheme: theme, viewport: { width, height: 900 }, baseURL: fleet.url, javaScriptEnabled: true };
      const found: string[] = [];
      for (const [who, pages] of [[storageState ?? ANONYMOUS, await everyPage(api)], [ANONYMOUS, PUBLIC]] as const) {
        const context = await browser.newContext({ ...look, storageState: who });
        if (!javaScriptEnabled) await context.route('**/pkg/*.js', (route) => route.abort());
        const page = await context.newPage();
        for (const [name, path] of pages) found.push(...(await findings(page, name, path)));
        await context.close();
      }
      expect(found).toEqual([]);
    });
  }
}

test('no page scrolls sideways on a phone', async ({ page, api }) => {
  await page.setViewportSize({ width: 360, height: 800 });
  for (const [name, path] of await everyPage(api)) {
    await page.goto(path);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect.soft(wide, `${name} is wider than the window`).toBeLessThanOrEqual(0);
  }
});

async function findings(page: Page, name: string, path: string): Promise<string[]> {
  await page.goto(path);
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${name}: ${id}: ${target.join(' ')}`));
}
