// A `.env` that is pasted into the name of a variable becomes rows. The server reads the same syntax (`dotenv.rs`).

type Field = HTMLInputElement | HTMLTextAreaElement;

interface Variable {
  name: string;
  value: string;
  secret: string;
}

const VARIABLE =
  /^[^\S\n]*(?:export[^\S\n]+)?([^\s#=][^=\n]*?)[^\S\n]*=[^\S\n]*(?:"((?:[^"\\]|\\[^])*)"[^\S\n]*(?:#.*)?|'([^']*)'[^\S\n]*(?:#.*)?|(.*?)[^\S\n]*(?:(?<=[\s=])#.*)?)$/gm;
const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

/** The variables of a text. Lines without `=` are left out. Pure. */
export function variables(text: string): Variable[] {
  return [...text.replaceAll('\r\n', '\n').matchAll(VARIABLE)].map(([, name = '', double, single, plain = '']) => {
    const secret = /^secret:\s*(.*)/.exec(plain)?.[1] ?? '';
    const value = double?.replace(/\\([nrt"\\$])/g, (_, letter: string) => ESCAPES[letter] ?? letter) ?? single ?? plain;
    return { name, value: secret === '' ? value : '', secret };
  });
}

/** Fills the variables of a text into empty rows, from the row of `field` on; `addRow` adds one behind the last. */
export function fillRows(field: HTMLInputElement, text: string, addRow: (last: Element) => Element): void {
  let row = field.closest('.env-row');
  field.value = '';
  for (const { name, value, secret } of variables(text)) {
    while (row !== null && fields(row).some(({ value }) => value !== '')) row = row.nextElementSibling?.matches('.env-row') ? row.nextElementSibling : addRow(row);
    if (row === null) return;
    for (const [at, content] of [name, value, secret].entries()) fill(fields(row)[at], content);
  }
}

function fields(row: Element): Field[] {
  return [...row.querySelectorAll<Field>('input, textarea')];
}

function fill(field: Field | undefined, text: string): void {
  if (field === undefined) return;
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}
