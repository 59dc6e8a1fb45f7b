import { textOf, type Contact } from '$lib/api';
import { assign } from '$lib/contacts/save';
import { t } from '$lib/contacts/texts';
import { toasts } from '$lib/ui';

const failed = (error: unknown) => toasts.show(textOf(error));

/** Gives the contact one more number and says so, with a way back; false where it could not be. */
export async function assignTo(
  { id, name, organization }: Pick<Contact, 'id' | 'name' | 'organization'>,
  number: string,
): Promise<boolean> {
  try {
    const undo = await assign(id, number);
    const text = t('contacts.assigned', { number, name: name || organization });
    toasts.show(text, () => void undo().catch(failed));
    return true;
  } catch (error) {
    failed(error);
    return false;
  }
}
