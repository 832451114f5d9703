// Messages that the page script adds to the top of a page.

type Icon = 'unknown' | 'info' | 'down';

const TONES: Record<Icon, string> = { unknown: 'unknown', info: 'move', down: 'bad' };

/** Shows a message, in place of the former one of the same key. A link is shown if it has a text. */
export function say(key: string, icon: Icon, title: string, detail: string, link = '', href = '/'): void {
  const region = document.querySelector('#page-age');
  if (region === null) return;
  region.append(message(key, icon, title, detail, link, href));
}

/** Removes the message of a key. */
export function unsay(key: string): void {
  document.querySelector(`#page-age [data-notice="${key}"]`)?.remove();
}

/** A message as an element. A former one of the same key is removed or changed in place. */
function message(key: string, icon: Icon, title: string, detail: string, link: string, href: string): Element {
  const known = document.querySelector(`#page-age [data-notice="${key}"]`);
  const banner = known ?? banner_of(key, icon);
  text(banner, 'h2', title);
  text(banner, 'p', detail);
  let anchor = banner.querySelector('a');
  if (link !== '' && anchor === null) {
    anchor = document.createElement('a');
    anchor.className = 'button';
    anchor.dataset['size'] = 's';
    const buttons = document.createElement('div');
    buttons.className = 'buttons';
    buttons.append(anchor);
    banner.append(buttons);
  }
  if (anchor !== null) {
    anchor.textContent = link;
    anchor.setAttribute('href', href);
  }
  return banner;
}

function banner_of(key: string, icon: Icon): Element {
  const banner = document.createElement('div');
  banner.className = 'banner';
  banner.dataset['tone'] = TONES[icon];
  banner.dataset['notice'] = key;
  banner.setAttribute('role', icon === 'down' ? 'alert' : 'status');
  banner.innerHTML = `<svg class="icon" aria-hidden="true"><use href="/icons.svg#i-${icon}"></use></svg><div><h2></h2><p></p></div>`;
  return banner;
}

function text(within: Element, selector: string, content: string): void {
  const element = within.querySelector(selector);
  if (element !== null && element.textContent !== content) element.textContent = content;
}
