// The HTTP API with a token, for preconditions of a spec.

import { git } from './repositories.ts';
import type { OwnedFleet } from './owner.ts';

const OPERATION_MS = 60_000;

interface Operation {
  id: string;
  status: string;
  problem?: { title: string; detail: string };
}

interface Backup {
  id: string;
  state: string;
  verification: { state: string };
}

export class Api {
  readonly #fleet: OwnedFleet;

  constructor(fleet: OwnedFleet) {
    this.#fleet = fleet;
  }

  /** A request below `/api/v1`, with the fleet's token unless another is given. */
  request(method: string, path: string, body?: unknown, token: string = this.#fleet.token): Promise<Response> {
    return fetch(`${this.#fleet.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** A running project of the example `crm`: one of an earlier call, or a new one at `<id>.localhost`. */
  async project(id: string): Promise<void> {
    if ((await this.request('GET', `/projects/${id}`)).ok) return;
    const path = 'crm/schema.ts';
    const ref = await git(this.#fleet.examples, 'log', '-1', '--format=%H', '--', path);
    await this.command('POST', '/projects', {
      id,
      hostname: `${id}.localhost`,
      schema_ref: { type: 'git', repo: `file://${this.#fleet.examples}`, path, ref },
    });
  }

  /** The id of the newest verified backup of a project: one of an earlier call, or a new one. */
  async backup(project: string): Promise<string> {
    for (const deadline = Date.now() + OPERATION_MS; ; ) {
      const { items } = (await (await this.request('GET', `/projects/${project}/backups`)).json()) as { items: Backup[] };
      const verified = items.find(({ state, verification }) => state === 'complete' && verification.state === 'verified');
      if (verified !== undefined) return verified.id;
      if (Date.now() > deadline) throw new Error(`${project} has no verified backup after ${OPERATION_MS} ms: ${JSON.stringify(items[0])}`);
      const isUnderWay = items.some(({ state, verification }) => state === 'running' || (state === 'complete' && verification.state === 'unverified'));
      if (!isUnderWay) await this.command('POST', `/projects/${project}/backups`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** Sends a command; returns when it is accepted. */
  async accepted(method: string, path: string, body?: unknown): Promise<Operation> {
    const answer = await this.request(method, path, body);
    if (answer.status !== 202) throw new Error(`${method} ${path} was answered ${answer.status}: ${await answer.text()}`);
    return ((await answer.json()) as { operation: Operation }).operation;
  }

  /** Sends a command and waits until its operation has succeeded. */
  async command(method: string, path: string, body?: unknown): Promise<void> {
    const { status, problem } = await this.over(await this.accepted(method, path, body));
    if (status !== 'succeeded') throw new Error(`${method} ${path} ${status}: ${problem?.title}. ${problem?.detail}`);
  }

  /** The operation when it is over. */
  async over({ id }: Operation): Promise<Operation> {
    for (const deadline = Date.now() + OPERATION_MS; ; ) {
      const operation = (await (await this.request('GET', `/operations/${id}`)).json()) as Operation;
      if (operation.status !== 'waiting' && operation.status !== 'running') return operation;
      if (Date.now() > deadline) throw new Error(`operation ${id} is still ${operation.status} after ${OPERATION_MS} ms`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
