/** Where to go after signing in: an address of ours and none of anybody else's. */
export function safeNext(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/';
}
