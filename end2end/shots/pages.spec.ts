import { join } from 'node:path';

import type { Api } from '../api.ts';
import { ANONYMOUS, test } from '../fixtures.ts';
import type { OwnedFleet } from '../owner.ts';
import { SHOWN, everyPage } from '../pages.ts';
import { commitFile, makeRepository } from '../repositories.ts';

const LOOKS = [
  { name: 'light', theme: 'light', width: 1280 },
  { name: 'dark', theme: 'dark', width: 1280 },
  { name: 'phone', theme: 'light', width: 390 },
] as const;

test('pictures of every page', async ({ page, api, fleet, visit, browser }) => {
  const folder = process.env.SCREENSHOTS ?? '';
  const picture = (look: string, name: string) => ({ path: join(folder, look, `${name}.png`), fullPage: true });
  await page.goto('/');
  await page.screenshot(picture('light', 'fleet-empty'));

  const pages = await everyPage(api);
  await api.project('paper-mill');
  await api.command('POST', '/projects/paper-mill/stop');
  await api.project('old-ledger');
  await api.command('DELETE', '/projects/old-ledger');
  const repository = await makeRepository(fleet.repositories, 'lost');
  const ref = await commitFile(repository, 'schema.ts', '// nothing\n', 'nothing');
  const schema_ref = { type: 'git', repo: `file://${repository}`, path: 'schema.ts', ref };
  const draft = { id: 'lost-tickets', hostname: 'lost-tickets.localhost', schema_ref };
  const failed = await api.accepted('POST', '/projects', draft);
  pages.push(['operation-failed', `/operations/${failed.id}`], ['project-failed', '/projects/lost-tickets']);
  await api.over(failed);

  const restored = await api.accepted('POST', `/backups/${await api.backup(SHOWN)}/restore`, { confirm: SHOWN });
  await api.over(restored);
  pages.push(['operation-restore', `/operations/${restored.id}`], ['restore-undo', `/projects/${SHOWN}/restores/${restored.id}/undo`]);

  pages.push(...(await deployPages(api, fleet)));

  for (const { name: look, theme, width } of LOOKS) {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize({ width, height: 900 });
    for (const [name, path] of pages) {
      await (name.endsWith('not-found') ? page.goto(path) : visit(path));
      await page.screenshot(picture(look, name));
    }
    await visit('/projects/new');
    await page.getByRole('button', { name: 'Create project' }).click();
    await page.screenshot(picture(look, 'new-refused'));
    const stranger = await browser.newPage({ storageState: ANONYMOUS, colorScheme: theme, viewport: { width, height: 900 } });
    await stranger.goto(`${fleet.url}/login`);
    await stranger.screenshot(picture(look, 'login'));
    await stranger.close();
  }
});

/** A commit compared with what runs, and a deploy with its rehearsal. */
async function deployPages(api: Api, fleet: OwnedFleet): Promise<[string, string][]> {
  const id = 'reed-notes';
  const repository = await makeRepository(fleet.repositories, id);
  const note = (fields: string) => `export interface Note {\n  id: string;\n  title: string;\n${fields}}\n`;
  const ref = await commitFile(repository, 'schema.ts', note('  size: number;\n  color?: string;\n'), 'notes');
  const schema_ref = { type: 'git', repo: `file://${repository}`, path: 'schema.ts', ref };
  await api.command('POST', '/projects', { id, hostname: `${id}.localhost`, schema_ref });
  const pinned = await commitFile(repository, 'schema.ts', note('  size: number;\n  color?: string;\n  pinned?: boolean;\n'), 'notes can be pinned');
  await api.command('POST', `/projects/${id}/deploys`, { ref: pinned });
  const next = await commitFile(repository, 'schema.ts', note("  color?: number; // @index\n  pinned?: boolean;\n  kind: 'a' | 'b';\n"), 'sizes go, kinds come');
  const { items } = (await (await api.request('GET', `/projects/${id}/deploys`)).json()) as { items: { id: string; operation_id: string }[] };
  const deploys = `/projects/${id}/deploys`;
  return [
    ['deploys', deploys],
    ['deploys-compare', `${deploys}?to=${next}`],
    ['deploy', `${deploys}/${items[0]?.id}`],
    ['deploy-undo', `${deploys}/${items[0]?.id}/undo`],
    ['operation-deploy', `/operations/${items[0]?.operation_id}`],
  ];
}
