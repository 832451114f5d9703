// Forms. A form is sent by fetch and its answer merged into the page; the server treats it like one that the browser posts.
// Every form has an idempotency key in its address, so sending it again after a failure does nothing twice.

import { type Control, differs, isControl } from './changes.ts';
import { closeDialog, dialogOf, fillDialog } from './dialogs.ts';
import { address, go, load } from './page.ts';
import { problem } from './problem.ts';

/** Time-out of a command, in milliseconds: the server answers commands at once. */
const PATIENCE = 60_000;
/** Pause after the last key before a search is sent, in milliseconds. */
const TYPING = 150;

const sending = new WeakSet<HTMLFormElement>();

/** An attribute of a form. Its properties are no use: where a field is called `action`, `form.action` is that field. */
function said(form: HTMLFormElement, attribute: 'action' | 'method'): string {
  return form.getAttribute(attribute) ?? '';
}

function post(form: HTMLFormElement, button: HTMLElement | null, signal: AbortSignal): Promise<Response> {
  return fetch(button?.getAttribute('formaction') ?? said(form, 'action'), {
    method: 'POST',
    headers: { Accept: 'text/html', 'X-Page-Script': '1' },
    body: new URLSearchParams([...new FormData(form, button)].map(([name, value]) => [name, String(value)])),
    referrer: dialogOf(form)?.dataset['href'] ?? location.href, // the page that a refused form goes back to
    signal,
  });
}

async function send(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
  if (sending.has(form)) return;
  sending.add(form);
  busy(button, true);
  try {
    const dialog = dialogOf(form);
    const answer = await post(form, button, AbortSignal.timeout(PATIENCE));
    const next = answer.headers.get('x-location');
    if (next === null) await problem(form, answer);
    else await follow(form, next, dialog);
  } catch {
    await problem(form, null);
  } finally {
    sending.delete(form);
    busy(button, false);
  }
}

const reloading = new WeakMap<HTMLFormElement, AbortController>();

/**
 * Sends a form to have parts of it made anew from what was typed, such as the commits of a path. Only the elements that the button
 * names are replaced: the operator may be typing in the others meanwhile. A later call replaces one that is under way.
 */
async function reload(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
  reloading.get(form)?.abort();
  const abort = new AbortController();
  reloading.set(form, abort);
  const parts = (button.dataset['reload'] ?? '').split(' ');
  form.querySelector(`#${parts[0]}`)?.setAttribute('aria-busy', 'true');
  try {
    const answer = await post(form, button, AbortSignal.any([abort.signal, AbortSignal.timeout(PATIENCE)]));
    const next = answer.headers.get('x-location');
    if (next === null) return await problem(form, answer);
    const page = await fetch(next, { headers: { Accept: 'text/html' }, signal: abort.signal });
    const made = new DOMParser().parseFromString(await page.text(), 'text/html');
    for (const id of parts) {
      const element = made.getElementById(id);
      if (element !== null) document.getElementById(id)?.replaceWith(document.importNode(element, true));
    }
  } catch {
    if (!abort.signal.aborted) await problem(form, null);
  }
}

/** Shows the page that follows a form: merged if it is the open one, else by a navigation. */
async function follow(form: HTMLFormElement, next: string, dialog: HTMLDialogElement | null): Promise<void> {
  const hash = new URL(next, location.href).hash;
  if (dialog !== null && address(next) === address(dialog.dataset['href'] ?? '')) {
    await fillDialog(dialog, next);
    focusFault(dialog);
    return;
  }
  if (address(next) !== address()) {
    location.assign(next);
    return;
  }
  if (dialog !== null) closeDialog(dialog);
  if ((await load(next, { kind: 'answer', form })) !== 'current') {
    location.assign(next);
    return;
  }
  if (form.isConnected) {
    delete form.dataset['changed'];
    delete form.dataset['outdated'];
    form.reset(); // to the values of the answer
    focusFault(form);
  }
  if (hash !== '') document.querySelector(hash)?.scrollIntoView({ block: 'nearest' });
}

function focusFault(within: Element): void {
  within.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}

function busy(button: HTMLElement | null, on: boolean): void {
  if (button === null) return;
  button.setAttribute('aria-busy', String(on));
  button.querySelector('.label')?.setAttribute('data-state', on ? 'busy' : 'ready');
}

let typing = 0;

/** Shows the results of a search form in place. */
function search(form: HTMLFormElement): void {
  clearTimeout(typing);
  delete form.dataset['unsent'];
  const query = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]).filter(([, value]) => value !== '') as [string, string][]);
  const to = new URL(said(form, 'action'), location.href).pathname + (query.size > 0 ? `?${query}` : '');
  if (to !== location.pathname + location.search) go(to, 'replace');
}

/** The error of a field goes when the field is edited. */
function forgetFault(control: Control): void {
  if (!control.hasAttribute('aria-invalid')) return;
  control.removeAttribute('aria-invalid');
  for (const id of (control.getAttribute('aria-describedby') ?? '').split(' ')) {
    document.getElementById(id)?.querySelectorAll('[data-once]').forEach((fault) => fault.remove());
  }
}

/** Fills the fields that follow this one, unless they were edited. */
function lead(control: Control, before: string): void {
  for (const follower of document.querySelectorAll<HTMLInputElement>(`[data-follows="${CSS.escape(control.id)}"]`)) {
    const text = (id: string): string => (id === '' ? '' : (follower.dataset['pattern'] ?? '').replace('{id}', id));
    if (follower.value === '' || follower.value === text(before)) follower.value = text(control.value.trim());
  }
}

function edited(control: Control): void {
  const form = control.form;
  forgetFault(control);
  lead(control, control.dataset['before'] ?? (control instanceof HTMLSelectElement ? '' : control.defaultValue));
  control.dataset['before'] = control.value.trim();
  if (form !== null && said(form, 'method') === 'post') form.toggleAttribute('data-changed', [...form.elements].some((other) => isControl(other) && differs(other)));
}

export function start(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.hasAttribute('data-native')) return;
    if (form.hasAttribute('data-search')) {
      event.preventDefault();
      search(form);
    } else if (said(form, 'method') === 'post') {
      event.preventDefault();
      const button = event.submitter;
      if (button instanceof HTMLButtonElement && button.dataset['reload'] !== undefined) void reload(form, button);
      else void send(form, button);
    }
  });
  document.addEventListener('input', (event) => {
    const control = event.target;
    if (!(control instanceof Element) || !isControl(control)) return;
    edited(control);
    if (control.form?.hasAttribute('data-search')) {
      const form = control.form;
      form.dataset['unsent'] = '';
      clearTimeout(typing);
      typing = setTimeout(() => search(form), TYPING);
    }
  });
  document.addEventListener('change', (event) => {
    if (!(event.target instanceof Element)) return;
    const form = event.target.closest('[data-reload-on-change]') && event.target.closest('form');
    const button = form?.querySelector<HTMLButtonElement>('button[data-reload]');
    if (form && button) void reload(form, button);
  });
}
