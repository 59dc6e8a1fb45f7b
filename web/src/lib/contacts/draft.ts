import type { Contact, ContactFields } from '$lib/api';

/** A contact as it is typed; lists end with an empty line to type the next one into. */
export interface Draft {
  name: string;
  organization: string;
  phones: string[];
  emails: string[];
  url: string;
  note: string;
}

export const EMPTY: Draft = {
  name: '',
  organization: '',
  phones: [''],
  emails: [''],
  url: '',
  note: '',
};

export function draftOf(contact: Contact): Draft {
  const { name, organization, phones, emails, url, note } = contact;
  return { name, organization, phones: [...phones, ''], emails: [...emails, ''], url, note };
}

/** What is sent of a draft: no empty lines, nothing around the words. */
export function fieldsOf(draft: Draft): Required<ContactFields> {
  const lines = (texts: string[]) => texts.map((text) => text.trim()).filter(Boolean);
  return {
    name: draft.name.trim(),
    organization: draft.organization.trim(),
    phones: lines(draft.phones),
    emails: lines(draft.emails),
    url: draft.url.trim(),
    note: draft.note.trim(),
  };
}

/** Lines with exactly one empty one, at the end. */
export function withEmptyLine(lines: string[]): string[] {
  return [...lines.filter((line) => line.trim()), ''];
}

/** Whether both say the same once they are sent. */
export function isSame(one: Draft, other: Draft): boolean {
  return JSON.stringify(fieldsOf(one)) === JSON.stringify(fieldsOf(other));
}

/** How often a number needs digits to be one. */
const FEWEST_DIGITS = 2;

/** Whether this line can not be a number. */
export function isNoNumber(line: string): boolean {
  return line.trim() !== '' && (line.match(/\d/g) ?? []).length < FEWEST_DIGITS;
}
