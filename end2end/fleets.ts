// The servers of the specs: real ones, each with its own data directory and ports.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const START_MS = 60_000;
const STOP_MS = 30_000;
/** Number of fleets that may run at the same time: one for each Playwright project, and one that a spec starts. */
const FLEETS = ['js', 'nojs', 'js-fresh', 'nojs-fresh', 'shots'] as const;

/** The data of a server. */
export interface Fleet {
  /** URL of dashboard and API, without a trailing slash. */
  url: string;
  /** The one-time setup link that the server printed. */
  setupUrl: string;
  /** Ports of the gateway, where projects answer. */
  gateway: { http: number; https: number };
  /** The git repository of examples, for this fleet only. */
  examples: string;
  /** A folder whose repositories are allowed, for specs that create some (`repositories.ts`). */
  repositories: string;
  /** The settings of the server, for host commands on its data directory. */
  settings: Record<string, string>;
  /** The server's pid, for specs that end it. */
  pid: number;
}

/** A fleet and how to stop it. */
export interface RunningFleet extends Fleet {
  /** Sends SIGTERM and waits until the server and everything it started have ended. Fails after a time-out. */
  stop(): Promise<void>;
  /** Replaces the server by one with another front end, as an upgrade does, and waits until it answers. */
  upgrade(site: string): Promise<void>;
}

/** The environment variable that passes the fleet to the processes of the specs. */
export function variable(project: string): string {
  return `E2E_FLEET_${project.toUpperCase()}`;
}

/** The program of a build, such as `atomo-fleet`. */
export function program(name: string): string {
  return join(required('CARGO_TARGET_DIR'), profile, name);
}

/** Starts `atomo-fleet serve` and waits for its setup link. Output goes to the file `log`. */
export async function startFleet(name: string, log: string): Promise<RunningFleet> {
  const [listen, http, https] = await freePorts();
  const home = await mkdtemp(join(tmpdir(), `fleet-${name}-`));
  await chmod(home, 0o755); // as root, Postgres runs as another user, which must be able to enter
  const repositories = join(home, 'repositories');
  await mkdir(repositories);
  const examples = await examplePortfolio(join(home, 'examples'));
  const settings = {
    ATOMO_FLEET_LISTEN: `127.0.0.1:${listen}`,
    ATOMO_FLEET_DATA_DIR: join(home, 'data'),
    ATOMO_FLEET_GATEWAY_HTTP: `127.0.0.1:${http}`,
    ATOMO_FLEET_GATEWAY_HTTPS: `127.0.0.1:${https}`,
    ATOMO_FLEET_UPSTREAM_PORTS: upstreamPorts(name),
    ATOMO_FLEET_EXAMPLES: examples,
    ATOMO_FLEET_ALLOW_FILE_REPOS: repositories,
    ATOMO_FLEET_WAL_ARCHIVE: 'default',
    ...frontEnd(required('CARGO_TARGET_DIR')),
  };
  let server = serve(home, settings);
  const evidence = `its output: ${log}, its data: ${home}`;
  const stop = async () => {
    await end(server, evidence);
    await rm(home, { recursive: true });
  };
  try {
    const setupUrl = await setupLink(server, log);
    const url = new URL(setupUrl).origin;
    const upgrade = async (site: string) => {
      await end(server, evidence);
      server = serve(home, { ...settings, ATOMO_FLEET_SITE: site });
      await answers(`${url}/login`, server);
    };
    return { url, setupUrl, gateway: { http, https }, examples, repositories, settings, pid: server.child.pid ?? 0, stop, upgrade };
  } catch (error) {
    await stop().catch(() => undefined); // report the failed start, not the failed stop
    throw error;
  }
}

/** A server, and how it ended. */
interface Server {
  child: ChildProcess;
  exited: Promise<string>;
}

function serve(home: string, settings: Record<string, string>): Server {
  const child = spawn(program('atomo-fleet'), ['serve'], { cwd: home, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...settings } });
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  return { child, exited };
}

/** Waits until the server answers. */
async function answers(url: string, { child, exited }: Server): Promise<void> {
  for (const stream of [child.stdout, child.stderr]) stream?.resume(); // a full pipe would stop it
  for (const deadline = Date.now() + START_MS; ; ) {
    const answer = await Promise.race([fetch(url).catch(() => undefined), exited]);
    if (typeof answer === 'string') throw new Error(`the server ended: ${answer}`);
    if (answer?.ok) return;
    if (Date.now() > deadline) throw new Error(`${url} gave no answer within ${START_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const profile = process.env.E2E_PROFILE === 'release' ? 'release' : 'debug';

/** The folder of the front end of that build (`scripts/build-front`). */
function frontEnd(target: string): Record<string, string> {
  return { ATOMO_FLEET_SITE: join(target, profile === 'release' ? 'site' : 'site-dev') };
}

/** A copy of the examples' repository for this fleet, so that a spec may commit to it. */
async function examplePortfolio(folder: string): Promise<string> {
  const script = join(import.meta.dirname, '../scripts/example-portfolio');
  return (await promisify(execFile)(script, [folder])).stdout.trim();
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the browser tests with scripts/e2e`);
  return value;
}

/** Writes the server's output to `log` and returns the first link to `/setup/...` in it. */
async function setupLink({ child, exited }: Server, log: string): Promise<string> {
  await mkdir(dirname(log), { recursive: true });
  const file = createWriteStream(log);
  let printed = '';
  const link = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        file.write(chunk);
        printed += chunk.toString();
        const found = /https?:\/\/\S+\/setup\/[\w-]+/.exec(printed);
        if (found) resolve(found[0]);
      });
    }
  });
  const failed = async (what: Promise<string>): Promise<never> => {
    throw new Error(`the server gave no setup link: ${await what}. It printed:\n${printed}`);
  };
  return Promise.race([link, failed(exited), failed(after(START_MS, 'nothing came'))]);
}

async function end({ child, exited }: Server, evidence: string): Promise<void> {
  child.kill('SIGTERM');
  const outcome = await Promise.race([exited, after(STOP_MS, 'still running')]);
  if (outcome === 'exit code 0') return;
  child.kill('SIGKILL');
  throw new Error(`the server did not stop cleanly on SIGTERM: ${outcome} (${evidence})`);
}

/** `text` after a delay; does not keep the process alive. */
function after(ms: number, text: string): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, ms, text).unref());
}

/** Ports of instances that no other fleet of this run uses. */
function upstreamPorts(name: string): string {
  const first = 25_000 + [...FLEETS].indexOf(name as (typeof FLEETS)[number]) * 200;
  if (first < 25_000) throw new Error(`no fleet is called ${name}: known are ${FLEETS.join(', ')}`);
  return `${first}-${first + 199}`;
}

/** Three free ports of the loopback. */
async function freePorts(): Promise<[number, number, number]> {
  const servers = [createServer(), createServer(), createServer()] as const;
  const [a, b, c] = servers.map(async (server) => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }) as [Promise<number>, Promise<number>, Promise<number>];
  const ports: [number, number, number] = [await a, await b, await c];
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
