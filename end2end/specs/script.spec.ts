// The pure parts of the page script. They give the same as their counterparts on the server, so a page does not change when the
// script goes on.

import { ago, span } from '../../app/script/clock.ts';
import { changesOf } from '../../app/script/held.ts';
import { type Hint, concerns } from '../../app/script/hints.ts';
import { type KeyPress, act } from '../../app/script/keys.ts';
import { expect, test } from '../fixtures.ts';

test('times read as those of the server', () => {
  const day = 86_400;
  for (const [seconds, text] of [[-3, '0 s'], [14, '14 s'], [720, '12 min'], [7 * 3600, '7 h'], [7 * 3600 + 2100, '7 h 35 min'], [9 * day, '9 d'], [9 * day + 4 * 3600, '9 d 4 h']] as const) {
    expect(span(seconds)).toBe(text);
  }
  for (const [seconds, text] of [[4.9, 'now'], [-4, 'now'], [5, '5 s ago'], [-90, 'in 1 min'], [17 * 3600, '17 h ago'], [3 * day, '3 d ago'], [-3 * day, 'in 3 d']] as const) {
    expect(ago(seconds)).toBe(text);
  }
});

test('a page is fetched again for the hints that concern it', () => {
  const project: Hint = { topic: 'project', project_id: 'crm' };
  const operation: Hint = { topic: 'operation', project_id: 'crm', operation_id: '1' };
  const subjects = ['fleet', 'project:crm', 'project:shop', 'operation:1', 'operation:2'];
  const concerned = (hint: Hint) => subjects.filter((subject) => concerns(subject, hint));
  expect(concerned(project)).toEqual(['fleet', 'project:crm']);
  expect(concerned(operation)).toEqual(['fleet', 'project:crm', 'operation:1']);
  expect(concerned({ topic: 'figures' })).toEqual(['fleet', 'project:crm', 'project:shop']);
  expect(concerned({ topic: 'parts' })).toEqual(subjects);
  expect(concerned({ topic: 'fleet' })).toEqual(subjects);
});

test('the pending changes of a list are the rows that are new, gone or moved', () => {
  expect(changesOf(['a', 'b', 'c'], ['a', 'b', 'c'])).toBe(0);
  expect(changesOf(['a', 'b', 'c'], ['c', 'a', 'b'])).toBe(1);
  expect(changesOf(['a', 'b', 'c'], ['n', 'a', 'b'])).toBe(2);
  expect(changesOf([], ['a'])).toBe(1);
  expect(changesOf(['a', 'b', 'c', 'd'], ['d', 'c', 'b', 'a'])).toBe(3);
});

test('keys act only where they are not text', () => {
  const page: KeyPress = { key: 'j', command: false, place: 'page', led: false, letters: true };
  expect(act(page)).toBe('next');
  expect(act({ ...page, key: '?' })).toBe('help');
  expect(act({ ...page, key: 'r' })).toEqual({ row: 'restart' });
  expect(act({ ...page, key: 'l', place: 'field' })).toBeNull();
  expect(act({ ...page, key: 'x' })).toBeNull();
  expect(act({ ...page, key: 'f', led: true })).toEqual({ go: '/' });
  expect(act({ ...page, led: true })).toBeNull();
  expect(act({ ...page, place: 'field' })).toBeNull();
  expect(act({ ...page, place: 'dialog', key: '?' })).toBeNull();
  expect(act({ ...page, letters: false })).toBeNull();
  expect(act({ ...page, key: 'Escape', place: 'field' })).toBe('leave');
  for (const place of ['page', 'field', 'dialog'] as const) expect(act({ ...page, key: 'K', command: true, place })).toBe('palette');
  expect(act({ ...page, key: 'r', command: true })).toBeNull();
});
