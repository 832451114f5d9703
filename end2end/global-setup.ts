// Starts a fleet with an operator for every Playwright project before the first spec, and stops them after the last.

import type { FullConfig } from '@playwright/test';

import { type RunningFleet, startFleet, variable } from './fleets.ts';
import { type OwnedFleet, own } from './owner.ts';

export default async function globalSetup(config: FullConfig): Promise<() => Promise<void>> {
  const running: RunningFleet[] = [];
  const stopAll = async () => {
    const outcomes = await Promise.allSettled(running.map((fleet) => fleet.stop()));
    const failures = outcomes.filter((outcome) => outcome.status === 'rejected').map((outcome) => outcome.reason);
    if (failures.length > 0) throw new AggregateError(failures, failures.join('\n'));
  };
  try {
    for (const { name, outputDir } of config.projects) {
      const fleet = await startFleet(name, `${outputDir}/server-${name}.log`);
      running.push(fleet);
      const { stop: _, upgrade: __, ...plain } = await own(fleet);
      process.env[variable(name)] = JSON.stringify(plain satisfies OwnedFleet);
    }
  } catch (error) {
    await stopAll();
    throw error;
  }
  return stopAll;
}
