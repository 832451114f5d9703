// The connection mark in the bar, and the messages about a page that is not current.

import { span } from './clock.ts';
import { say, unsay } from './notice.ts';
import { hinted, onOutcome, refetch } from './page.ts';
import { type State, Stream } from './stream.ts';

/** Time without a connection after which the page shows its age, in milliseconds. */
const PATIENCE = 5_000;

let state: State = 'off';
/** When the page was known to be current last, by `performance.now()`. */
let current = performance.now();

/** Whether the page came from the cache of the back button. */
let isRestored = false;

const WORDS: Record<State, [mark: string, word: string, title: string]> = {
  off: ['off', 'Not live', 'This page shows the state at the time it was loaded'],
  live: ['live', 'Live', 'Changes are shown as they happen'],
  cut: ['stale', 'Reconnecting', 'No connection to the control plane'],
  'logged-out': ['stale', 'Logged out', 'You have been logged out'],
};

function show(next: State): void {
  if (state === 'live' && next !== 'live') current = performance.now();
  state = next;
  const mark = document.querySelector<HTMLElement>('.live');
  if (mark !== null) {
    const [live, word, title] = WORDS[state];
    mark.dataset['live'] = live;
    mark.textContent = word;
    mark.title = title;
  }
  age();
}

/** Says how old the page is while there is no connection, and that the session has ended. */
function age(): void {
  if (state === 'logged-out') {
    unsay('age');
    const next = encodeURIComponent(location.pathname + location.search);
    say('session', 'unknown', 'You have been logged out', 'This page shows the last known state. Log in again to make changes.', 'Log in', `/login?next=${next}`);
    return;
  }
  unsay('session');
  const old = performance.now() - current;
  if (state !== 'cut' || old < PATIENCE) unsay('age');
  else say('age', 'unknown', `This page is ${span(old / 1000)} old`, 'The connection to the control plane is gone; it is tried again every few seconds. What you see is what was last known.');
}

export function start(): void {
  if (document.querySelector('.live') === null) return; // a page without a log-in
  const stream = new Stream(
    (next) => show(next),
    (hint) => hinted(hint),
  );
  onOutcome((outcome) => {
    if (outcome === 'logged-out' && isRestored) location.replace('/login'); // the next user must not see it
    else if (outcome === 'logged-out') show('logged-out');
    else if (outcome === 'current') current = performance.now();
  });
  stream.connect();
  setInterval(age, 1000);
  addEventListener('pagehide', () => stream.disconnect());
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    isRestored = true;
    stream.connect();
    void refetch();
  });
}
