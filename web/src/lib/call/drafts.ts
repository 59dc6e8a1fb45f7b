/** Notes that are begun and not yet sent, by call: they wait while one looks at other calls. */
const drafts = new Map<number, string>();

export const draftOf = (callId: number): string => drafts.get(callId) ?? '';

export function keepDraft(callId: number, text: string): void {
  if (text.trim()) drafts.set(callId, text);
  else drafts.delete(callId);
}
