// Every spec runs twice: in a browser with JavaScript and in one without. Each has a server of its own (`fleets.ts`),
// so that a spec finds the same empty fleet in both.

import { defineConfig } from '@playwright/test';

import type { FleetOptions } from './fixtures.ts';

const asRoot = process.getuid?.() === 0;

// About the page script alone, as are tests with the tag @script; and axe is a script, and the rendered page is the same in both
// projects.
const NOT_WITHOUT_SCRIPTS = ['**/accessibility.spec.ts', '**/merge.spec.ts', '**/navigation.spec.ts', '**/script.spec.ts'];

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
    { name: 'js', use: { fleetName: 'js' } },
    { name: 'nojs', testIgnore: NOT_WITHOUT_SCRIPTS, grepInvert: /@script/, use: { fleetName: 'nojs', javaScriptEnabled: false } },
  ],
});
