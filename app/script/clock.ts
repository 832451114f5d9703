// Relative times on an open page, by the server's clock: a browser's clock may be wrong by hours. Between two pages the
// time is continued by a monotonic clock.

/** The server's time at `performance.now() === 0`, in milliseconds since 1970. */
let origin = Date.now() - performance.now();

/** Sets the clock from a page that was rendered at `now` and arrived at `at` by `performance.now()`. */
export function setServerTime(now: string | undefined, at: number): void {
  const time = Number(now);
  if (time > 0) origin = time - at;
}

/** The server's time in milliseconds since 1970. */
export function serverNow(): number {
  return origin + performance.now();
}

/** A stretch of time in seconds: `14 s`, `12 min`, `7 h 35 min`, `9 d 4 h`. As `text::span` of the server. */
export function span(seconds: number): string {
  const all = Math.max(0, Math.floor(seconds));
  const [days, hours, minutes] = [Math.floor(all / 86_400), Math.floor(all / 3600) % 24, Math.floor(all / 60) % 60];
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  return minutes > 0 ? `${minutes} min` : `${all} s`;
}

/** How long ago, in seconds: `now`, `12 s ago`, `in 3 d`. As `text::ago` of the server. */
export function ago(seconds: number): string {
  const whole = Math.trunc(seconds);
  if (Math.abs(whole) < 5) return 'now';
  const text = coarse(Math.abs(whole));
  return whole > 0 ? `${text} ago` : `in ${text}`;
}

function coarse(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

function tick(): void {
  if (document.hidden) return;
  const clock = document.querySelector('time[data-clock]');
  if (clock !== null) clock.textContent = new Date(serverNow()).toISOString().slice(11, 19);
  for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-ago], time[data-since]')) {
    const seconds = (serverNow() - Date.parse(time.dateTime)) / 1000;
    const text = time.hasAttribute('data-ago') ? ago(seconds) : span(seconds);
    if (time.textContent !== text) time.textContent = text;
  }
}

export function start(): void {
  const main = document.querySelector<HTMLElement>('main[data-now]');
  const arrived = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined;
  // a page from the cache of the back button keeps its clock, because the same script goes on
  setServerTime(main?.dataset['now'], arrived?.responseStart ?? performance.now());
  setInterval(tick, 1000);
}
