// Rollouts: checked, begun, paused by a project that is stopped, resumed past it; and cancelled.

import { expect, test } from '../fixtures.ts';
import { commitFile, makeRepository } from '../repositories.ts';

const schema = (fields: string) => `export interface Note {\n  id: string;\n  title: string;\n${fields}}\n`;

test('a rollout pauses at a stopped project and goes on past it', async ({ page, visit, api, fleet, javaScriptEnabled }, info) => {
  test.setTimeout(180_000);
  const suffix = `${javaScriptEnabled ? 'js' : 'plain'}-${info.repeatEachIndex}`;
  const repository = await makeRepository(fleet.repositories, `roll-${suffix}`);
  const ref = await commitFile(repository, 'schema.ts', schema(''), 'notes');
  const schema_ref = { type: 'git', repo: `file://${repository}`, path: 'schema.ts', ref };
  const ids = ['one', 'two', 'three'].map((name) => `roll-${name}-${suffix}`);
  for (const id of ids) await api.command('POST', '/projects', { id, hostname: `${id}.localhost`, class: 'staging', schema_ref });
  const [first, second, third] = ids as [string, string, string];
  await api.command('POST', `/projects/${second}/stop`, {});
  const pinned = await commitFile(repository, 'schema.ts', schema('  pinned?: boolean;\n'), 'notes can be pinned');

  await visit('/rollouts/new');
  await page.getByLabel('Commit, branch or tag').fill(pinned);
  await page.getByLabel('Ids', { exact: true }).fill(ids.join('\n'));
  await page.getByLabel('Health check of the first project').fill('1');
  await page.getByRole('button', { name: 'Check' }).click();
  await expect(page.getByLabel('Reason')).toHaveAccessibleDescription(/A reason is needed/);
  await page.getByLabel('Reason').fill('notes can be pinned');
  await page.getByRole('button', { name: 'Check' }).click();
  const check = page.getByRole('region', { name: 'Check' });
  await expect(check.getByRole('row', { name: first })).toContainText('Deploy');
  await expect(check.getByRole('row', { name: second })).toContainText('The project is stopped');
  await page.getByRole('button', { name: 'Begin rollout to 3 projects' }).click();

  const member = (id: string) => page.getByRole('row', { name: id });
  const becomes = async (id: string, state: string) => {
    await expect(async () => {
      if (!javaScriptEnabled) await page.reload();
      await expect(member(id)).toContainText(state, { timeout: 1_000 });
    }).toPass({ timeout: 60_000 });
  };
  await becomes(second, 'Failed');
  await expect(member(first)).toContainText('Done');
  await expect(member(third)).toContainText('Waiting');
  await page.getByRole('button', { name: 'Pass over and go on' }).click();
  await becomes(third, 'Done');
  await expect(member(second)).toContainText('Skipped');
  await visit('/rollouts');
  await expect(page.getByRole('row', { name: /notes can be pinned/ }).first()).toContainText('3 of 3 done');
});

test('the pages fit a phone', async ({ page, visit }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  for (const path of ['/rollouts', '/rollouts/new']) {
    await visit(path);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  }
});
