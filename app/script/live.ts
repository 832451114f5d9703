// The page script. Pages are HTML of the server and work without it; it keeps an open page current, sends forms in place, and
// listens for keys. Behaviour is attached to the document and chosen by data attributes, so nothing has to be attached again
// when a page is merged. What has a state of its own is a custom element (`log.ts`, `palette.ts`).
//
// Those two, the merge and `env.ts` are files of their own, loaded when they are needed. They import nothing of the rest: what they use
// of it is passed to them, so that no third file is made for what both need.

import * as buttons from './buttons.ts';
import * as clock from './clock.ts';
import * as connection from './connection.ts';
import * as dialogs from './dialogs.ts';
import * as forms from './forms.ts';
import * as keys from './keys.ts';
import * as page from './page.ts';

document.documentElement.dataset['script'] = '';
forms.start();
buttons.start();
dialogs.start();
keys.start();
clock.start();
page.start();
connection.start();
