// Merges a page that was fetched again into the open one. Focus, selection, scroll, open details, typed text and running
// elements stay.

import { Idiomorph } from 'idiomorph';

import * as held from './held.ts';

/** Why a page is merged. */
export type Reason =
  /** A hint: nothing that the operator has typed or was shown once may go. */
  | { kind: 'refetch' }
  /** The answer to a form that was sent: the server's values replace what was typed in it. */
  | { kind: 'answer'; form: HTMLFormElement | null };

/** What the merge asks of the rest of the page script. */
export interface Page {
  /** Whether the operator has changed a field of the form, or it shows why it was refused. */
  isChanged: (form: HTMLFormElement) => boolean;
  /** The form is kept although what it was filled from may have changed. */
  keeps: (form: HTMLFormElement, next: Element) => void;
  /** Fetches and merges the page again. */
  refetch: () => void;
}

let page: Page;

/** Called once, before the first merge. */
export function start(of: Page): void {
  page = of;
  held.start(page.refetch);
}

/** Merges the content of `next` into `open`. */
export function merge(open: Element, next: Element, reason: Reason): void {
  held.begin();
  nameKept(open, reason);
  const sent = reason.kind === 'answer' ? reason.form : null;
  Idiomorph.morph(open, next, {
    morphStyle: 'outerHTML',
    ignoreActiveValue: reason.kind === 'refetch',
    restoreFocus: true,
    callbacks: {
      beforeNodeMorphed: (from: Node, to: Node) => !(from instanceof Element && to instanceof Element) || mayMerge(from, to, sent),
      beforeNodeRemoved: (node: Node) => !(node instanceof Element) || !isKept(node, reason),
      beforeAttributeUpdated: (name: string, element: Element, change: 'update' | 'remove') => mayChange(name, element, change, reason),
    },
  });
  held.end();
}

let named = 0;

/** Gives what is kept an id: an element without one may be merged with any other of its kind. */
function nameKept(open: Element, reason: Reason): void {
  for (const element of open.querySelectorAll('[data-once]')) {
    if (!element.getAttribute('id') && isKept(element, reason)) element.id = `kept-${++named}`;
  }
}

/** Whether the element is merged; `false` leaves it as it is. */
function mayMerge(open: Element, next: Element, sent: HTMLFormElement | null): boolean {
  if (open.hasAttribute('data-skip-merge')) return replaceRunning(open, next);
  if (open instanceof HTMLFormElement && open !== sent && page.isChanged(open)) {
    page.keeps(open, next);
    return false;
  }
  if (open.hasAttribute('data-steady') && isUsed(open)) return false;
  return !(open.hasAttribute('data-held') && held.holdsRows(open, next));
}

/** A running element is its own master. It is replaced when it runs on another source. */
function replaceRunning(open: Element, next: Element): boolean {
  if (open.getAttribute('data-source') !== next.getAttribute('data-source')) open.replaceWith(document.importNode(next, true));
  return false;
}

function isUsed(element: Element): boolean {
  return element.matches(':hover') || element.contains(document.activeElement);
}

/** What is shown once stays over refetches; a secret stays until the operator leaves the page. */
function isKept(element: Element, reason: Reason): boolean {
  const once = element.getAttribute('data-once');
  return once === 'secret' || (once !== null && reason.kind === 'refetch');
}

function mayChange(name: string, element: Element, change: 'update' | 'remove', reason: Reason): boolean {
  if (name === 'open') return !(element instanceof HTMLDetailsElement) || (reason.kind === 'answer' && change === 'update');
  if (name === 'aria-invalid') return !(change === 'remove' && reason.kind === 'refetch');
  return true;
}
