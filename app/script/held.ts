// Held rows: while pointer or focus are in a list, its rows keep their place, and none is added or removed; their content
// is updated. A strip says how many changes are pending.

import { Idiomorph } from 'idiomorph';

/** How long rows are held after pointer and focus have left, in milliseconds. */
const HOLD = 60_000;

/** When pointer or focus left a list last, by `performance.now()`. */
let left = Number.NEGATIVE_INFINITY;
/** Whether the next merge applies every pending change. */
let isReleased = false;
/** Pending changes of the merge that is running. */
let pending = 0;
/** The address whose rows are shown: the rows of another filter are shown at once. */
let shown = '';
/** Whether changes are pending. */
let isWaiting = false;
let refetch: () => void = () => undefined;

function isUsed(): boolean {
  const inside = [...document.querySelectorAll('[data-held]')].some((list) => list.matches(':hover') || list.contains(document.activeElement));
  return inside || performance.now() - left < HOLD;
}

function rows(list: Element): Map<string, Element> {
  return new Map([...list.querySelectorAll('[data-row]')].map((row) => [row.getAttribute('data-row') ?? '', row]));
}

/** Before a merge. */
export function begin(): void {
  pending = 0;
}

/** Updates the content of the rows and returns `true` if their places are held, else leaves the list to the merge. */
export function holdsRows(list: Element, next: Element): boolean {
  if (isReleased || !isUsed() || shown !== location.pathname + location.search) return false;
  const [here, now] = [rows(list), rows(next)];
  const changes = changesOf([...here.keys()], [...now.keys()]);
  if (changes === 0 || here.size === 0) return false;
  pending = Math.max(pending, changes);
  for (const [id, row] of here) {
    const renewed = now.get(id);
    if (renewed !== undefined) Idiomorph.morph(row, renewed.cloneNode(true), { morphStyle: 'outerHTML' });
  }
  return true;
}

/** Number of rows that are new, gone, or at another place. */
export function changesOf(here: string[], now: string[]): number {
  const places = new Map(now.map((id, place) => [id, place]));
  const stay = here.map((id) => places.get(id)).filter((place) => place !== undefined);
  return now.length - stay.length + (here.length - stay.length) + (stay.length - inOrder(stay));
}

/** Length of the longest increasing subsequence: the number of rows that need not move. */
function inOrder(places: number[]): number {
  const ends: number[] = []; // the smallest end of a run of each length
  for (const place of places) {
    let length = ends.findIndex((end) => end >= place);
    if (length < 0) length = ends.length;
    ends[length] = place;
  }
  return ends.length;
}

/** After a merge: shows the number of pending changes. */
export function end(): void {
  for (const strip of document.querySelectorAll('[data-held-strip]')) {
    strip.toggleAttribute('data-none', pending === 0);
    const [text, button] = [strip.querySelector('span'), strip.querySelector('button')];
    if (text !== null) text.textContent = pending === 0 ? '' : pending === 1 ? '1 update' : `${pending} updates`;
    if (button !== null) button.disabled = pending === 0;
  }
  isWaiting = pending > 0;
  isReleased = false;
  shown = location.pathname + location.search;
}

function release(): void {
  isReleased = true;
  left = Number.NEGATIVE_INFINITY;
  refetch();
}

export function start(fetchAgain: () => void): void {
  refetch = fetchAgain;
  shown = location.pathname + location.search;
  const leaves = (event: Event): void => {
    if (event.target instanceof Element && event.target.closest('[data-held]')) left = performance.now();
  };
  document.addEventListener('pointerout', leaves, { passive: true });
  document.addEventListener('focusout', leaves);
  document.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('[data-show-held]')) release();
  });
  setInterval(() => {
    if (isWaiting && !isUsed()) release();
  }, 1000);
}
