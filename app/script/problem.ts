// A form that could not be sent, or whose answer is not a page.

/** Shows the problem at the top of the form. `null`: there was no answer. */
export async function problem(form: HTMLFormElement, answer: Response | null): Promise<void> {
  const { title, detail } = await read(answer);
  const alert = document.createElement('div');
  alert.setAttribute('role', 'alert');
  alert.className = 'banners';
  alert.dataset['once'] = '';
  alert.innerHTML = '<div class="banner" data-tone="warn"><svg class="icon" aria-hidden="true"><use href="/icons.svg#i-degraded"></use></svg><div><h2></h2><p></p></div></div>';
  for (const [selector, text] of [['h2', title], ['p', detail]] as const) {
    const element = alert.querySelector(selector);
    if (element !== null) element.textContent = text;
  }
  form.querySelector(':scope > .banners[data-once]')?.remove();
  form.prepend(alert);
}

async function read(answer: Response | null): Promise<{ title: string; detail: string }> {
  const unsent = {
    title: 'The control plane does not answer',
    detail: 'The command may not have been carried out. Send the form again when it answers: nothing is done twice.',
  };
  if (answer === null) return unsent;
  try {
    const told = (await answer.json()) as { title?: unknown; detail?: unknown };
    if (typeof told.title === 'string' && typeof told.detail === 'string') return { title: told.title, detail: told.detail };
  } catch {
    // not a problem of ours, such as the page of a proxy
  }
  return { ...unsent, title: `The control plane answered with status ${answer.status}` };
}
