// Git repositories that specs create.

import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Runs git in a repository without user settings; returns its output. */
export async function git(repository: string, ...command: string[]): Promise<string> {
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_AUTHOR_NAME: 'Marek Dvorak',
    GIT_AUTHOR_EMAIL: 'marek@fleet.example',
    GIT_COMMITTER_NAME: 'Marek Dvorak',
    GIT_COMMITTER_EMAIL: 'marek@fleet.example',
  };
  return (await promisify(execFile)('git', ['-C', repository, ...command], { env })).stdout.trim();
}

/** Creates a repository in the folder; returns its path. */
export async function makeRepository(folder: string, name: string): Promise<string> {
  const repository = join(folder, name);
  await mkdir(repository);
  await git(repository, 'init', '--quiet', '--initial-branch=main');
  return repository;
}

/** Commits a change of one file; returns the 40 digits. */
export async function commitFile(repository: string, path: string, text: string, message: string): Promise<string> {
  await writeFile(join(repository, path), text);
  await git(repository, 'add', '--all');
  await git(repository, 'commit', '--quiet', '--message', message);
  return git(repository, 'rev-parse', 'HEAD');
}
