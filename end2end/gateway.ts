// Requests to a project as its users send them: by hostname, through the gateway, over HTTPS.

import { request } from 'node:https';

import type { Fleet } from './fleets.ts';

export interface Answer {
  status: number;
  body: string;
}

/** What a POST sends. */
export interface Sent {
  json: unknown;
  token?: string;
}

/** One GET, or a POST of `sent`. Names are not resolved, and a certificate of Caddy's internal CA is accepted. */
export function reach(fleet: Fleet, host: string, path: string, sent?: Sent): Promise<Answer> {
  const port = fleet.gateway.https;
  const credential = sent?.token === undefined ? {} : { authorization: `Bearer ${sent.token}` };
  const headers = { host: `${host}:${port}`, ...(sent === undefined ? {} : { 'content-type': 'application/json' }), ...credential };
  const method = sent === undefined ? 'GET' : 'POST';
  const options = { host: '127.0.0.1', port, path, method, servername: host, headers, rejectUnauthorized: false };
  return new Promise((resolve, reject) => {
    const asked = request(options, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asked.once('error', reject);
    asked.end(sent === undefined ? undefined : JSON.stringify(sent.json));
  });
}
