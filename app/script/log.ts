// The log of an instance: appends the lines that the server sends as HTML. The view follows the end of the log while the end
// is visible.
//
// A browser allows six connections for all pages of a site. At most three windows hold a stream; others ask again every few
// seconds.

/** Maximum number of lines on a page; older ones are dropped. */
const KEPT = 5_000;
/** Pause before the stream is read again, in milliseconds. */
const RETRY = 3_000;
/** Windows that may hold a stream. */
const STREAMS = 3;

export class Log extends HTMLElement {
  #connection = new AbortController();
  /** Lines that are held back while paused. */
  #held: Element[] = [];
  #isPaused = false;
  #unseen = 0;

  connectedCallback(): void {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.#scroll(true);
    this.#view.addEventListener('scroll', () => this.#atEnd && this.#seen(), { signal, passive: true });
    this.#new?.addEventListener('click', () => this.#toTheEnd(), { signal });
    const pause = document.querySelector<HTMLButtonElement>('[data-pause]');
    pause?.addEventListener('click', () => this.#pause(pause), { signal });
    document.addEventListener('visibilitychange', () => this.#followVisibility(), { signal });
    this.#followVisibility();
  }

  disconnectedCallback(): void {
    this.#connection.abort();
    this.#reading?.abort();
  }

  #reading: AbortController | null = null;

  /** A page in the background reads nothing. */
  #followVisibility(): void {
    if (document.hidden) {
      this.#reading?.abort();
      this.#reading = null;
    } else if (this.#reading === null) {
      this.#reading = new AbortController();
      void this.#follow(this.#reading.signal);
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#inTurn(signal).catch(() => undefined);
      await new Promise((done) => setTimeout(done, RETRY));
    }
  }

  /** Reads as a stream if one of the places is free, else what there is now. */
  async #inTurn(signal: AbortSignal): Promise<void> {
    if (!('locks' in navigator)) return this.#read(signal);
    for (let place = 0; place < STREAMS; place += 1) {
      const read = await navigator.locks.request(`atomo-fleet-log-${place}`, { ifAvailable: true }, async (lock) => {
        if (lock !== null) await this.#read(signal);
        return lock !== null;
      });
      if (read) return;
    }
    await this.#read(AbortSignal.any([signal, AbortSignal.timeout(1_000)]));
  }

  async #read(signal: AbortSignal): Promise<void> {
    const answer = await fetch(this.dataset['source'] ?? '', { headers: { 'X-Refetch': '1' }, signal });
    if (!answer.ok || answer.body === null) return;
    const known = new Set([...this.#list.children, ...this.#held].map((line) => line.outerHTML));
    let rest = '';
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      const lines = (rest + piece.value).split('\n');
      rest = lines.pop() ?? '';
      this.#add(lines, known);
    }
  }

  /** Appends lines. A stream begins with lines that may be `known`, until the first that is not. */
  #add(lines: string[], known: Set<string>): void {
    const parsed = document.createElement('template');
    parsed.innerHTML = lines.join('');
    const fresh = [...parsed.content.children].filter((line) => {
      if (known.has(line.outerHTML)) return false;
      known.clear();
      return true;
    });
    if (fresh.length === 0) return;
    if (!this.#isPaused) this.#append(fresh);
    else {
      this.#held.push(...fresh);
      this.#tell(this.#held.length);
    }
  }

  #append(lines: Element[]): void {
    const follows = this.#atEnd;
    this.#list.append(...lines);
    while (this.#list.childElementCount > KEPT) this.#list.firstElementChild?.remove();
    this.querySelector('[data-empty]')?.remove();
    if (follows) this.#scroll(true);
    else this.#tell(this.#unseen + lines.length);
    const count = this.querySelector('[data-lines]');
    if (count) count.textContent = this.#list.childElementCount === 1 ? '1 line' : `${this.#list.childElementCount.toLocaleString('en')} lines`;
  }

  #tell(unseen: number): void {
    this.#unseen = unseen;
    if (this.#new === null) return;
    this.#new.hidden = unseen === 0;
    this.#new.textContent = unseen === 1 ? '1 new line' : `${unseen} new lines`;
  }

  #seen(): void {
    if (this.#unseen > 0) this.#tell(0);
  }

  #pause(button: HTMLButtonElement): void {
    this.#isPaused = !this.#isPaused;
    button.setAttribute('aria-pressed', String(this.#isPaused));
    if (!this.#isPaused) this.#append(this.#held.splice(0));
  }

  #toTheEnd(): void {
    if (this.#isPaused) document.querySelector<HTMLButtonElement>('[data-pause]')?.click();
    this.#scroll(true);
    this.#seen();
  }

  #scroll(toEnd: boolean): void {
    if (toEnd) this.#view.scrollTop = this.#view.scrollHeight;
  }

  get #atEnd(): boolean {
    const view = this.#view;
    return view.scrollHeight - view.scrollTop - view.clientHeight < 40;
  }

  get #view(): HTMLElement {
    return this.querySelector('.log') as HTMLElement;
  }

  get #list(): Element {
    return this.querySelector('ol') as Element;
  }

  get #new(): HTMLElement | null {
    return this.querySelector('.log-new');
  }
}

customElements.define('fleet-log', Log);
