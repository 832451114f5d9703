// The operator of the fleets that specs find: made by the commands on the server's host, as automation makes one.

import { spawn } from 'node:child_process';

import { type Fleet, program } from './fleets.ts';

export const OWNER = { email: 'ines@fleet.example', password: 'a long enough password' } as const;

/** A fleet in which somebody is logged in. */
export interface OwnedFleet extends Fleet {
  /** The cookie of a log-in of `OWNER`. Log out only of log-ins of your own. */
  session: { name: string; value: string };
  /** An API token of `OWNER`, called `specs`. */
  token: string;
}

/** Makes `OWNER`, their log-in and their token. */
export async function own<F extends Fleet>(fleet: F): Promise<F & OwnedFleet> {
  await makeOperator(fleet, OWNER.email, OWNER.password);
  const token = await onTheHost(fleet, ['token', 'create', '--operator', OWNER.email, '--name', 'specs']);
  return { ...fleet, session: await logIn(fleet), token: token.split('\n').at(-1) ?? '' };
}

/** `atomo-fleet operator create`. */
export async function makeOperator(fleet: Fleet, email: string, password: string): Promise<void> {
  await onTheHost(fleet, ['operator', 'create', email, '--role', 'owner', '--password-stdin'], password);
}

/** Runs a command of the server's program on the fleet's data directory; answers what it printed, without the last line's end. */
export function onTheHost(fleet: Fleet, command: string[], input = ''): Promise<string> {
  const child = spawn(program('atomo-fleet'), command, { env: { ...process.env, ...fleet.settings } });
  let printed = '';
  let complained = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()));
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(printed.trimEnd());
      else reject(new Error(`atomo-fleet ${command.join(' ')} ended with ${code}: ${complained}`));
    });
  });
}

async function logIn(fleet: Fleet): Promise<OwnedFleet['session']> {
  const answer = await fetch(`${fleet.url}/actions/log_in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { accept: 'text/html', origin: fleet.url, referer: `${fleet.url}/login` },
    body: new URLSearchParams({ ...OWNER, next: '/' }),
  });
  const cookie = /^([^=]+)=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '');
  if (!cookie?.[1] || !cookie[2]) throw new Error(`the log-in of ${OWNER.email} gave no cookie: HTTP ${answer.status}`);
  return { name: cookie[1], value: cookie[2] };
}
