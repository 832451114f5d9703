// Every page of the dashboard, for specs that check all of them.

import type { Api } from './api.ts';

/** The project that the pages are about. */
export const SHOWN = 'harbor-booking';

/** Names and paths. The `newest` operations and the project must exist. */
export async function everyPage(api: Api): Promise<[name: string, path: string][]> {
  await api.project(SHOWN);
  const { items } = (await (await api.request('GET', `/operations?project=${SHOWN}`)).json()) as { items: { id: string }[] };
  const project = `/projects/${SHOWN}`;
  const backup = `${project}/backups/${await api.backup(SHOWN)}`;
  return [
    ['fleet', '/'],
    ['fleet-nothing-found', '/?q=nothing-is-called-so'],
    ['wall', '/wall'],
    ['new', '/projects/new'],
    ['project', project],
    ['project-operations', `${project}/operations`],
    ['project-events', `${project}/events`],
    ['project-logs', `${project}/logs`],
    ['project-backups', `${project}/backups`],
    ['project-deploys', `${project}/deploys`],
    ['project-drift', `${project}/drift`],
    ['project-recovery', `${project}/recovery`],
    ['project-back-up', `${project}/back-up`],
    ['backup', backup],
    ['backup-restore', `${backup}/restore`],
    ['backup-remove', `${backup}/remove`],
    ['project-settings', `${project}/settings`],
    ['project-stop', `${project}/stop`],
    ['project-restart', `${project}/restart`],
    ['project-delete', `${project}/delete`],
    ['project-drop', `${project}/drop`],
    ['operations', '/operations'],
    ['operation', `/operations/${items[0]?.id}`],
    ['backups', '/backups'],
    ['approvals', '/approvals'],
    ['rollouts', '/rollouts'],
    ['rollout-new', '/rollouts/new'],
    ['alerts', '/alerts'],
    ['drift', '/drift'],
    ['databases', '/databases'],
    ['gateway', '/gateway'],
    ['audit', '/audit'],
    ['settings', '/settings'],
    ['settings-recovery', '/settings/recovery'],
    ['not-found', '/nowhere'],
    ['project-not-found', '/projects/never-made'],
  ];
}
