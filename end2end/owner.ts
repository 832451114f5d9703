// The operator of the fleets, created by host commands.

import { spawn } from 'node:child_process';

import { type Fleet, program } from './fleets.ts';

export const OWNER = { email: 'ines@fleet.example', password: 'a long enough password' } as const;

/** A fleet with a logged-in operator. */
export interface OwnedFleet extends Fleet {
  /** The session cookie of `OWNER`. A spec that logs out must use a log-in of its own. */
  session: { name: string; value: string };
  /** An API token of `OWNER`, called `specs`. */
  token: string;
}

/** Creates `OWNER`, a log-in and a token. */
export async function own<F extends Fleet>(fleet: F): Promise<F & OwnedFleet> {
  await makeOperator(fleet, OWNER.email, OWNER.password);
  const token = await onTheHost(fleet, ['token', 'create', '--operator', OWNER.email, '--name', 'specs']);
  return { ...fleet, session: await logIn(fleet), token: token.split('\n').at(-1) ?? '' };
}

/** `atomo-fleet operator create`. */
export async function makeOperator(fleet: Fleet, email: string, password: string): Promise<void> {
  await onTheHost(fleet, ['operator', 'create', email, '--role', 'owner', '--password-stdin'], password);
}

/** Runs a host command on the fleet's data directory; returns its output without the last line end. */
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
