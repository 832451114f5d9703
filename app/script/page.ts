// The open page: fetched again when a hint concerns it, at most four times a second, and merged.

import { isChanged, markOutdated } from './changes.ts';
import { setServerTime } from './clock.ts';
import { type Hint, concerns } from './hints.ts';
import type { Reason } from './merge.ts';
import { say } from './notice.ts';

/** Pause between two fetches, in milliseconds. */
const PAUSE = 250;
/** Time-out of a fetch, in milliseconds. */
const PATIENCE = 20_000;
/** Pause after a fetch that failed, in milliseconds. */
const RETRY = 3_000;

/** The address whose content is shown. */
let shown = address();
let isFetching = false;
let isWanted = false;

/** The result of a fetch: whether the page is current, or why not. */
export type Outcome = 'current' | 'failed' | 'logged-out';
let tell: (outcome: Outcome) => void = () => undefined;

/** Calls `listener` after every fetch. */
export function onOutcome(listener: (outcome: Outcome) => void): void {
  tell = listener;
}

/** The address of the open page, without fragment and without the ticket of a flash. */
export function address(of: string = location.href): string {
  const url = new URL(of, location.href);
  url.searchParams.delete('flash');
  return url.pathname + url.search;
}

/** The subject of the open page; empty if it has none. */
function subject(): string {
  return main()?.dataset['subject'] ?? '';
}

function main(within: ParentNode = document): HTMLElement | null {
  return within.querySelector<HTMLElement>('main[data-build]');
}

/** Fetches the page again if the hint concerns it. `null`: hints may have been missed. */
export function hinted(hint: Hint | null): void {
  if (subject() !== '' && (hint === null || concerns(subject(), hint))) void refetch();
}

/** Fetches the open page and merges it. A call while a fetch is running has it repeated afterwards. */
export async function refetch(): Promise<void> {
  isWanted = true;
  if (isFetching || document.hidden) return;
  isFetching = true;
  while (isWanted && !document.hidden) {
    isWanted = false;
    const outcome = await load(address(), { kind: 'refetch' });
    if (outcome === 'failed') isWanted = true;
    await new Promise((done) => setTimeout(done, outcome === 'failed' ? RETRY : PAUSE));
  }
  isFetching = false;
}

/** Fetches `from` and merges it into the open page. */
export async function load(from: string, reason: Reason): Promise<Outcome> {
  const outcome = await fetched(from, reason);
  tell(outcome);
  return outcome;
}

async function fetched(from: string, reason: Reason): Promise<Outcome> {
  const begun = address();
  try {
    const { merge } = await loadMerge(); // first: what is shown once is not fetched in vain
    const headers: Record<string, string> = reason.kind === 'refetch' ? { Accept: 'text/html', 'X-Refetch': '1' } : { Accept: 'text/html' };
    const answer = await fetch(from, { headers, signal: AbortSignal.timeout(PATIENCE) });
    if (answer.redirected && new URL(answer.url).pathname === '/login') return 'logged-out';
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const content = main(next);
    if (content === null) return 'failed'; // an answer of a proxy
    if (address() === begun) show(next, content, reason, merge); // else another page is shown meanwhile
    return 'current';
  } catch {
    return 'failed';
  }
}

type Merge = typeof import('./merge.ts')['merge'];
let merging: Promise<typeof import('./merge.ts')> | undefined;

/** The merge, loaded once. */
function loadMerge(): Promise<typeof import('./merge.ts')> {
  merging ??= import('./merge.ts').then((merge) => {
    merge.start({ isChanged, keeps: markOutdated, refetch: () => void refetch() });
    return merge;
  });
  merging.catch(() => (merging = undefined)); // tried again the next time
  return merging;
}

function show(next: Document, content: HTMLElement, reason: Reason, merge: Merge): void {
  const open = main();
  if (open === null) return;
  if (open.dataset['build'] !== content.dataset['build']) {
    say('build', 'info', 'This page is of another version of the dashboard', 'The server was updated. Load the page again when you have saved what you typed.', 'Load again', '');
    content.dataset['build'] = open.dataset['build'] ?? '';
  }
  setServerTime(content.dataset['now'], performance.now());
  merge(open, content, reason);
  document.title = next.title;
  shown = address();
  void loadElements();
}

/** Shows another address of the same page, such as a filter. */
export function go(to: string, how: 'push' | 'replace'): void {
  if (how === 'push') history.pushState(null, '', to);
  else history.replaceState(null, '', to);
  void refetch();
}

/** Loads the scripts of the custom elements that the page has. */
async function loadElements(): Promise<void> {
  if (document.querySelector('fleet-log') && !customElements.get('fleet-log')) await import('./log.ts');
}

export function start(): void {
  if (location.search.includes('flash=')) history.replaceState(history.state, '', address() + location.hash);
  addEventListener('popstate', () => {
    if (address() !== shown) void refetch(); // not for a link within the page
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && isWanted) void refetch();
  });
  void loadElements();
  // before the first hint: a file of this build may be gone after an update of the server
  if (subject() !== '') setTimeout(() => void loadMerge().catch(() => undefined), 500);
}
