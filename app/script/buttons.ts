// Small behaviour of buttons and links: copy, suggestions, further rows, filters in place, the account menu.

import { go } from './page.ts';

async function copy(button: HTMLElement): Promise<void> {
  const source = document.getElementById(button.dataset['copy'] ?? '');
  if (source === null) return;
  let told = 'Copied.';
  try {
    await navigator.clipboard.writeText(source.textContent); // over plain HTTP there is no clipboard
  } catch {
    getSelection()?.selectAllChildren(source);
    told = 'The browser does not allow copying here. The text is selected: press Ctrl+C.';
  }
  const place = button.closest('[data-once], [data-copy-region]')?.querySelector('[data-copied]');
  if (place) place.textContent = told;
}

function fill(button: HTMLElement): void {
  const field = document.getElementById(button.dataset['fill'] ?? '');
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
    field.value = button.dataset['text'] ?? '';
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    field.focus();
  }
}

/** Adds a row behind the last one of a form, and focuses it. */
function addLastRow(button: HTMLElement): void {
  const kind = button.dataset['addRow'] ?? '';
  const last = [...(button.closest('form')?.querySelectorAll(`.${CSS.escape(kind)}`) ?? [])].at(-1);
  if (last !== undefined) addRow(last).querySelector('input')?.focus();
}

/** A `.env` that is pasted into a name becomes rows. A name has no `=`. */
function pasted(event: ClipboardEvent): void {
  const field = event.target;
  const text = event.clipboardData?.getData('text/plain') ?? '';
  if (!(field instanceof HTMLInputElement) || !('pasteRows' in field.dataset) || !text.includes('=')) return;
  event.preventDefault();
  import('./env.ts').then(
    ({ fillRows }) => fillRows(field, text, addRow),
    () => (field.value = text), // the file is gone after an update of the server
  );
}

/** Adds an empty row: the last one with the next number in its names, ids and labels. */
function addRow(last: Element): Element {
  const row = last.cloneNode(true) as Element;
  row.querySelectorAll('[data-once]').forEach((fault) => fault.remove());
  for (const element of [row, ...row.querySelectorAll('*')]) {
    for (const name of ['name', 'id', 'for', 'aria-label', 'aria-describedby']) {
      const value = element.getAttribute(name);
      if (value !== null) element.setAttribute(name, value.replace(/\d+/, (digits) => String(Number(digits) + 1)));
    }
    if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) {
      element.defaultValue = '';
      element.value = '';
      element.removeAttribute('aria-invalid');
    }
  }
  last.after(row);
  return row;
}

const OPEN_MENU = 'details:is(.menu, .command)[open]';

function closeMenus(event: Event): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(OPEN_MENU)) {
    if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
  }
}

function clicked(event: MouseEvent): void {
  if (!(event.target instanceof Element) || event.defaultPrevented || event.button !== 0) return;
  const button = event.target.closest<HTMLElement>('[data-copy], [data-print], [data-fill], [data-add-row], [data-open], a[data-in-place]');
  if (button === null) return;
  if (button instanceof HTMLAnchorElement) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(button.href, 'push');
    return;
  }
  if (button.dataset['copy'] !== undefined) void copy(button);
  else if (button.dataset['print'] !== undefined) print();
  else if (button.dataset['fill'] !== undefined) fill(button);
  else if (button.dataset['addRow'] !== undefined) addLastRow(button);
  else button.closest<HTMLDetailsElement>('details.menu')?.removeAttribute('open');
}

export function start(): void {
  document.addEventListener('click', clicked);
  document.addEventListener('paste', pasted);
  document.addEventListener('pointerdown', closeMenus);
  document.addEventListener('focusin', closeMenus);
  document.addEventListener('keydown', (event) => {
    const menu = event.key === 'Escape' ? document.querySelector<HTMLDetailsElement>(OPEN_MENU) : null;
    if (menu === null) return;
    menu.open = false;
    menu.querySelector('summary')?.focus();
  });
}
