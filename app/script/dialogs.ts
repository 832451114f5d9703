// Dialogs: the content of a confirmation page, the palette, the list of keys. The browser returns the focus when one closes.

import { say } from './notice.ts';

/** The dialog that contains the element, if it shows a page. */
export function dialogOf(element: Element): HTMLDialogElement | null {
  return element.closest<HTMLDialogElement>('dialog[data-href]');
}

/** Opens the content of a page in a dialog; the page itself if that fails. */
export async function openPage(href: string, label: string): Promise<void> {
  const dialog = document.createElement('dialog');
  dialog.className = 'dialog';
  dialog.dataset['href'] = href;
  dialog.setAttribute('aria-label', label);
  dialog.innerHTML =
    '<div class="dialog-head"><button class="button" data-kind="quiet" data-icon-only="" type="button" aria-label="Close" data-close=""><svg class="icon" aria-hidden="true"><use href="/icons.svg#i-close"></use></svg></button></div><div class="dialog-body"></div>';
  dialog.addEventListener('close', () => dialog.remove());
  if (!(await fillDialog(dialog, href))) {
    location.assign(href);
    return;
  }
  document.body.append(dialog);
  dialog.showModal();
}

/** Fetches a page and shows its content in the dialog. Returns whether there was one. */
export async function fillDialog(dialog: HTMLDialogElement, href: string): Promise<boolean> {
  try {
    const answer = await fetch(href, { headers: { Accept: 'text/html' }, signal: AbortSignal.timeout(10_000) });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const content = page.querySelector('[data-dialog-content]') ?? page.querySelector('.page[data-page="confirm"]');
    const body = dialog.querySelector('.dialog-body');
    if (content === null || body === null || answer.redirected) return false;
    // the problem of a button that was refused stands above the content
    const problems = page.querySelectorAll('main > .banners [role="alert"]');
    body.replaceChildren(...[...problems, ...content.childNodes].map((node) => document.importNode(node, true)));
    return true;
  } catch {
    return false;
  }
}

export function closeDialog(dialog: HTMLDialogElement): void {
  dialog.close();
}

/** Opens a dialog of the page: the palette, with `typed` in its field, or the list of keys. */
export function open(id: string, typed = ''): void {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  dialog.querySelectorAll<HTMLInputElement>('input[type="text"]').forEach((field) => (field.value = typed)); // now: typing may begin before the script
  dialog.showModal();
  if (id !== 'palette') return;
  import('./palette.ts').then(
    ({ opened }) => opened(dialog, openPage),
    () => {
      dialog.close();
      say('script', 'info', 'A part of this page could not be loaded', 'The server was updated, or there is no connection to it.', 'Load the page again', '');
    },
  );
}

function clicked(event: MouseEvent): void {
  if (!(event.target instanceof Element) || event.defaultPrevented || event.button !== 0) return;
  const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  const link = event.target.closest<HTMLAnchorElement>('a[data-dialog]');
  if (link !== null && plain) {
    event.preventDefault();
    void openPage(link.href, link.getAttribute('aria-label') ?? link.textContent.trim());
    return;
  }
  const closes = event.target.closest('[data-close]')?.closest('dialog');
  if (closes && plain) {
    event.preventDefault();
    closes.close();
    return;
  }
  const opens = event.target.closest<HTMLElement>('[data-open]')?.dataset['open'];
  if (opens !== undefined) open(opens);
}

export function start(): void {
  document.addEventListener('click', clicked);
}
