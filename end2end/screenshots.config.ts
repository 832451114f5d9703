// Screenshots of every page for review; not a test. SCREENSHOTS is their folder:
//   . scripts/env && SCREENSHOTS=/tmp/pictures npx playwright test --config end2end/screenshots.config.ts

import { tmpdir } from 'node:os';
import { join } from 'node:path';

import config from './playwright.config.ts';

process.env.SCREENSHOTS ??= join(tmpdir(), 'fleet-screenshots');

export default {
  ...config,
  testDir: 'shots',
  outputDir: join(process.env.SCREENSHOTS, 'results'),
  timeout: 300_000,
  projects: [{ name: 'shots', use: { fleetName: 'shots' } }],
};
