// What the operator has changed in a form.

export type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/**
 * Whether the operator has changed a field of the form, or it shows why it was refused. The fields of a search are the address: they are
 * changed from the edit until the search is sent.
 */
export function isChanged(form: HTMLFormElement): boolean {
  if (form.hasAttribute('data-search')) return form.hasAttribute('data-unsent');
  return form.querySelector('[data-once]') !== null || [...form.elements].some((control) => isControl(control) && differs(control));
}

/** Whether the element is a field that an operator fills. */
export function isControl(element: Element): element is Control {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement;
}

/** Whether the value is another one than the page came with. */
export function differs(control: Control): boolean {
  if (control instanceof HTMLSelectElement) {
    const initial = [...control.options].findIndex((option) => option.defaultSelected);
    return control.selectedIndex !== Math.max(initial, 0);
  }
  if (control.type === 'hidden' || control.type === 'search') return false;
  if (control instanceof HTMLInputElement && (control.type === 'checkbox' || control.type === 'radio')) return control.checked !== control.defaultChecked;
  return control.value !== control.defaultValue;
}

/** Says on a changed form that what it was filled from has changed meanwhile. */
export function markOutdated(form: HTMLFormElement, next: Element): void {
  const [mine, now] = [form, next].map((of) => of.querySelector<HTMLInputElement>('input[name="generation"]')?.getAttribute('value'));
  if (mine != null && now != null && mine !== now) form.dataset['outdated'] = '';
}
