// The parts of the fleet.

import { expect, test } from '../fixtures.ts';

test('a part says what it is, that it answers, and what it cannot do here', async ({ page, visit }) => {
  await visit('/settings');
  const driver = page.getByRole('row', { name: /^Driver process/ });

  await expect(driver).toContainText('Connected');
  await expect(driver).toContainText("share the machine's network and files");
});
