// The event stream. A browser allows six connections for all pages of a site, so one window holds the connection and passes
// hints on to the others; a lock of the browser decides which. Where there are no locks (plain HTTP from another machine)
// every visible window has a connection of its own.
//
// A connection can die without an error. The server sends something every 15 s; after a longer silence the connection is
// closed and opened again.

import type { Hint } from './hints.ts';

/** The state of the connection. */
export type State = 'off' | 'live' | 'cut' | 'logged-out';

/** What the window with the connection tells the others. */
type Message = { state: State } | { hint: Hint } | { ask: true };

const PATH = '/api/v1/events';
/** Pause before a failed connection is tried again, in milliseconds. A browser's own pause grows, and it gives up after an answer
 *  such as 502. */
const RETRY = 2_000;
/** Two of the messages that arrive every 15 s may be missed. In milliseconds. */
const SILENCE = 35_000;
const LOOK = 5_000;

export class Stream {
  #tell: (state: State) => void;
  #hint: (hint: Hint | null) => void;
  #state: State = 'off';
  #source: EventSource | null = null;
  #channel: BroadcastChannel | null = null;
  #release: AbortController | null = null;
  #heard = 0;
  #timer = 0;

  /** `hint` is called with `null` after every connection: hints may have been missed. */
  constructor(tell: (state: State) => void, hint: (hint: Hint | null) => void) {
    this.#tell = tell;
    this.#hint = hint;
  }

  /** Connects, or listens to the window that is connected. */
  connect(): void {
    if (this.#release !== null) return;
    this.#release = new AbortController();
    const signal = this.#release.signal;
    this.#timer = setInterval(() => this.#look(), LOOK);
    if (!('locks' in navigator)) {
      document.addEventListener('visibilitychange', () => this.#followVisibility(), { signal });
      this.#followVisibility();
      return;
    }
    this.#channel = new BroadcastChannel('atomo-fleet-events');
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => this.#receive(data);
    this.#channel.postMessage({ ask: true } satisfies Message);
    const held = (): Promise<void> =>
      new Promise((done) => {
        signal.addEventListener('abort', () => done());
        this.#open();
      });
    navigator.locks.request('atomo-fleet-events', { signal }, held).catch(() => undefined); // aborted while it waited
  }

  /** Ends the connection and lets another window connect. */
  disconnect(): void {
    clearInterval(this.#timer);
    this.#close();
    this.#release?.abort();
    this.#release = null;
    this.#channel?.close();
    this.#channel = null;
    this.#state = 'off';
  }

  #receive(message: Message): void {
    this.#heard = performance.now();
    if ('ask' in message) {
      if (this.#source !== null) this.#pass({ state: this.#state });
    } else if ('hint' in message) this.#hint(message.hint);
    else this.#become(message.state);
  }

  #pass(message: Message): void {
    this.#channel?.postMessage(message);
  }

  #become(state: State): void {
    const connected = state === 'live' && this.#state !== 'live';
    this.#state = state;
    this.#tell(state);
    if (connected) this.#hint(null);
  }

  #announce(state: State): void {
    this.#become(state);
    this.#pass({ state });
  }

  #open(): void {
    this.#heard = performance.now();
    const source = new EventSource(PATH);
    this.#source = source;
    source.onopen = () => {
      this.#heard = performance.now();
      this.#announce('live');
    };
    source.addEventListener('alive', () => {
      this.#heard = performance.now();
      this.#pass({ state: 'live' });
    });
    source.onmessage = ({ data }: MessageEvent<string>) => {
      this.#heard = performance.now();
      const hint = JSON.parse(data) as Hint;
      this.#pass({ hint });
      this.#hint(hint);
    };
    source.onerror = () => this.#failed(source);
  }

  #close(): void {
    this.#source?.close();
    this.#source = null;
  }

  #failed(source: EventSource): void {
    if (source !== this.#source) return;
    if (this.#state !== 'logged-out') this.#announce('cut');
    const isRefused = source.readyState === EventSource.CLOSED;
    this.#close();
    if (isRefused) void this.#sayWhenLoggedOut();
    setTimeout(() => {
      if (this.#source === null && this.#release !== null && (this.#channel !== null || !document.hidden)) this.#open();
    }, RETRY);
  }

  async #sayWhenLoggedOut(): Promise<void> {
    try {
      const answer = await fetch('/api/v1/me', { signal: AbortSignal.timeout(RETRY) });
      if (answer.status === 401) this.#announce('logged-out');
    } catch {
      // still cut
    }
  }

  #look(): void {
    if (performance.now() - this.#heard < SILENCE || this.#state === 'off') return;
    if (this.#source === null) {
      this.#become('cut'); // the window that is connected is silent, for example suspended
      return;
    }
    this.#close();
    this.#announce('cut');
    this.#open();
  }

  #followVisibility(): void {
    if (document.hidden) {
      this.#close();
      this.#become('off');
    } else if (this.#source === null) this.#open();
  }
}
