/** An address that makes the user's phone dial, or undefined for what can not be dialled. */
export function telLink(party: { e164?: string | null; number: string }): string | undefined {
  if (party.e164) return `tel:+${party.e164}`;
  const dialled = party.number.replace(/[\s()./-]/g, '');
  // Extensions and star codes stay as they are; names and SIP addresses are not for `tel:`.
  return /^\+?[\d*#]+$/.test(dialled) ? `tel:${dialled.replaceAll('#', '%23')}` : undefined;
}
