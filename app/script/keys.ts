// Keyboard shortcuts. Single letters act only outside of fields and can be turned off; none runs a command by itself: a
// restart is confirmed first.

import { open, openPage } from './dialogs.ts';

/** Where the choice about single letters is stored. */
const LETTERS = 'single-keys';

type Place = 'field' | 'dialog' | 'page';
type Act = 'palette' | 'help' | 'search' | 'next' | 'previous' | 'leave' | 'lead' | { go: string } | { row: 'restart' | 'logs' | 'commands' } | null;

/** A pressed key. */
export interface KeyPress {
  key: string;
  /** Whether Ctrl or Cmd was pressed. */
  command: boolean;
  place: Place;
  /** Whether `g` was the previous key. */
  led: boolean;
  /** Whether single letters act. */
  letters: boolean;
}

const SINGLE: Record<string, Act> = { '?': 'help', '/': 'search', j: 'next', k: 'previous', g: 'lead', r: { row: 'restart' }, l: { row: 'logs' }, '.': { row: 'commands' } };
const AFTER_G: Record<string, Act> = { f: { go: '/' }, o: { go: '/operations' }, b: { go: '/backups' }, d: { go: '/databases' }, s: { go: '/settings' } };

/** The effect of a key. Pure. */
export function act({ key, command, place, led, letters }: KeyPress): Act {
  if (command && key.toLowerCase() === 'k') return 'palette';
  if (command || place === 'dialog') return null;
  if (place === 'field') return key === 'Escape' ? 'leave' : null;
  if (!letters) return null;
  return (led ? AFTER_G[key] : SINGLE[key]) ?? null;
}

function place(): Place {
  const focused = document.activeElement;
  if (document.querySelector('dialog[open]')) return 'dialog';
  const inField = focused instanceof HTMLElement && (focused.matches('input, textarea, select') || focused.isContentEditable);
  return inField ? 'field' : 'page';
}

/** Focuses the next (`1`) or previous (`-1`) row; the first if none has the focus. */
function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('.row-link')];
  const here = rows.indexOf(document.activeElement as HTMLElement);
  const next = here < 0 ? 0 : Math.min(Math.max(here + by, 0), rows.length - 1);
  rows[next]?.focus();
}

/** The project of the row that has the focus. */
function projectOfRow(): string | undefined {
  const row = document.activeElement;
  return row instanceof HTMLAnchorElement && row.matches('.row-link') ? /^\/projects\/([^/]+)$/.exec(row.pathname)?.[1] : undefined;
}

/** Acts on the project of the focused row; without one nothing happens. */
function actOnRow(what: 'restart' | 'logs' | 'commands'): void {
  const id = projectOfRow();
  if (id === undefined) return;
  if (what === 'commands') open('palette', id);
  else if (what === 'restart') void openPage(`/projects/${id}/restart`, `Restart ${id}`);
  else location.assign(`/projects/${id}/logs`);
}

/** Storage can be turned off; single letters then act. */
function stored(): boolean {
  try {
    return localStorage.getItem(LETTERS) !== 'off';
  } catch {
    return true;
  }
}

function store(on: boolean): void {
  try {
    localStorage.setItem(LETTERS, on ? 'on' : 'off');
  } catch {
    // holds for this page only
  }
}

export function start(): void {
  let letters = stored();
  let led = false;
  const choice = document.querySelector<HTMLInputElement>('[data-single-keys]');
  if (choice !== null) {
    choice.checked = letters;
    choice.addEventListener('change', () => {
      letters = choice.checked;
      store(letters);
    });
  }
  addEventListener('keydown', (event) => {
    if (event.isComposing || event.altKey) return;
    const effect = act({ key: event.key, command: event.ctrlKey || event.metaKey, place: place(), led, letters });
    led = effect === 'lead';
    if (effect === null) return;
    event.preventDefault();
    if (typeof effect === 'object') 'go' in effect ? location.assign(effect.go) : actOnRow(effect.row);
    else if (effect === 'palette') open('palette');
    else if (effect === 'help') open('keys');
    else if (effect === 'search') document.querySelector<HTMLElement>('.search input')?.focus();
    else if (effect === 'leave') (document.activeElement as HTMLElement | null)?.blur();
    else if (effect !== 'lead') step(effect === 'next' ? 1 : -1);
  });
}
