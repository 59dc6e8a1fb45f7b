/** Asks for more as the end of a list comes into sight; an attachment of its last element. */
export function atEnd(more: () => void) {
  return (node: Element) => {
    const sight = new IntersectionObserver(([entry]) => entry?.isIntersecting && more(), {
      rootMargin: '600px',
    });
    sight.observe(node);
    return () => sight.disconnect();
  };
}
