// The palette: finds pages, projects and commands by part of their name. The server searches.

/** Opens a confirmation page in a dialog. Passed in, so that this file needs no other one. */
type OpenPage = (href: string, label: string) => Promise<void>;

interface Target {
  href: string;
  name: string;
  beside: string;
  guarded: boolean;
}

/** The index after an arrow key among `length` results, with wrap-around; `null` for other keys. */
export function step(key: string, at: number, length: number): number | null {
  if (length === 0) return null;
  if (key === 'ArrowDown') return (at + 1) % length;
  return key === 'ArrowUp' ? (at + length - 1) % length : null;
}

class Palette extends HTMLElement {
  #openPage: OpenPage = async (href) => location.assign(href);
  #targets: Target[] = [];
  #at = 0;
  #asked = 0;
  #abort = new AbortController();

  connectedCallback(): void {
    const { signal } = this.#abort;
    this.#field.addEventListener('input', () => void this.#search(), { signal });
    this.#field.addEventListener('keydown', (event) => this.#press(event), { signal });
    this.#list.addEventListener('mousedown', (event) => event.preventDefault(), { signal }); // keeps the focus in the field
    this.#list.addEventListener('pointermove', (event) => this.#select(this.#indexOf(event)), { signal });
    this.#list.addEventListener('click', (event) => this.#go(this.#indexOf(event)), { signal });
  }

  disconnectedCallback(): void {
    this.#abort.abort();
  }

  /** Begins anew with this text. */
  begin(openPage: OpenPage, typed: string): void {
    this.#openPage = openPage;
    this.#field.value = typed;
    this.#field.focus();
    void this.#search();
  }

  get #field(): HTMLInputElement {
    return this.querySelector('input') as HTMLInputElement;
  }

  get #list(): HTMLUListElement {
    return this.querySelector('ul') as HTMLUListElement;
  }

  async #search(): Promise<void> {
    const turn = ++this.#asked;
    const status = this.querySelector('[role="status"]') as HTMLElement;
    try {
      const query = new URLSearchParams({ typed: this.#field.value });
      const answer = await fetch(`${this.dataset['source']}?${query}`, { headers: { 'X-Refetch': '1' }, signal: AbortSignal.timeout(10_000) });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = (await answer.json()) as Target[];
      if (turn !== this.#asked) return; // a later search is under way
      this.#targets = found;
      status.textContent = found.length === 0 ? 'No page, project or command matches.' : '';
    } catch {
      if (turn !== this.#asked) return;
      this.#targets = [];
      status.textContent = 'The control plane does not answer.';
    }
    this.#render();
  }

  #render(): void {
    this.#list.replaceChildren(
      ...this.#targets.map((target, index) => {
        const option = document.createElement('li');
        option.id = `palette-${index}`;
        option.setAttribute('role', 'option');
        option.innerHTML = '<svg class="icon" aria-hidden="true"><use href="/icons.svg#i-chevron"></use></svg><span></span><span></span>';
        const [name, beside] = option.querySelectorAll('span');
        if (name) name.textContent = target.name;
        if (beside) beside.textContent = target.beside;
        return option;
      }),
    );
    this.#select(0);
  }

  #select(index: number): void {
    if (index < 0) return;
    this.#at = index;
    [...this.#list.children].forEach((option, place) => option.setAttribute('aria-selected', String(place === index)));
    if (this.#targets.length > 0) this.#field.setAttribute('aria-activedescendant', `palette-${index}`);
    else this.#field.removeAttribute('aria-activedescendant');
  }

  #indexOf(event: Event): number {
    const option = event.target instanceof Element ? event.target.closest('li') : null;
    return option === null ? -1 : [...this.#list.children].indexOf(option);
  }

  #press(event: KeyboardEvent): void {
    const next = step(event.key, this.#at, this.#targets.length);
    if (event.key === 'Enter') this.#go(this.#at);
    else if (next !== null) this.#select(next);
    else return;
    event.preventDefault();
  }

  #go(index: number): void {
    const target = this.#targets[index];
    if (target === undefined) return;
    this.closest('dialog')?.close();
    if (target.guarded) void this.#openPage(target.href, target.name);
    else location.assign(target.href);
  }
}

customElements.define('fleet-palette', Palette);

/** The dialog of the palette was opened. */
export function opened(dialog: HTMLDialogElement, openPage: OpenPage, typed: string): void {
  const palette = dialog.querySelector('fleet-palette');
  if (palette instanceof Palette) palette.begin(openPage, typed);
}
