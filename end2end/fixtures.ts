// `test` and `expect` of all specs: Playwright's own, with the fleet of the Playwright project and a logged-in operator.

import { type Page, test as base } from '@playwright/test';

import { Api } from './api.ts';
import { type RunningFleet, startFleet, variable } from './fleets.ts';
import type { OwnedFleet } from './owner.ts';

const START_MS = 60_000;
const ALIVE_MS = 5_000;

/** No log-in: for `test.use({ storageState: ANONYMOUS })`. */
export const ANONYMOUS = { cookies: [], origins: [] };

/** Set by each project of the configuration. */
export interface FleetOptions {
  fleetName: string;
}

interface WorkerFixtures extends FleetOptions {
  /** The fleet of this Playwright project. */
  fleet: OwnedFleet;
  /** Its HTTP API. */
  api: Api;
}

interface Fixtures {
  /** Another fleet, without an operator, for this test alone. */
  freshFleet: RunningFleet;
  /** Opens a page of the dashboard; with JavaScript, waits until it is live. */
  visit: (path: string) => Promise<void>;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  fleetName: ['js', { option: true, scope: 'worker' }],
  fleet: [
    async ({ fleetName }, use) => {
      await use(JSON.parse(process.env[variable(fleetName)] ?? 'null') as OwnedFleet);
    },
    { scope: 'worker' },
  ],
  api: [async ({ fleet }, use) => use(new Api(fleet)), { scope: 'worker' }],
  freshFleet: [
    async ({ fleetName }, use, info) => {
      const fleet = await startFleet(`${fleetName}-fresh`, info.outputPath('server.log'));
      await use(fleet);
      await fleet.stop();
    },
    { timeout: START_MS },
  ],
  baseURL: async ({ fleet }, use) => use(fleet.url),
  storageState: async ({ fleet }, use) => {
    const cookie = { ...fleet.session, domain: '127.0.0.1', path: '/', expires: -1, httpOnly: true, secure: false };
    await use({ cookies: [{ ...cookie, sameSite: 'Lax' }], origins: [] });
  },
  visit: async ({ page, javaScriptEnabled }, use) => {
    await use(async (path) => {
      await page.goto(path);
      if (javaScriptEnabled) await alive(page);
    });
  },
});

export { expect } from '@playwright/test';

/** Waits until the page receives events. */
export async function alive(page: Page): Promise<void> {
  await base.expect(page.locator('[data-live]')).toHaveAttribute('data-live', 'live', { timeout: ALIVE_MS });
}
