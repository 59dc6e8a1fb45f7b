// A wire between browser and server that can be cut.
import { createServer, connect } from 'node:net';

/** Leads to `url`'s server; `cut` breaks it and keeps it broken until `mend`. */
export async function layWire(url) {
  const { port } = new URL(url);
  const ends = new Set();
  let whole = true;
  const server = createServer((near) => {
    const far = connect(Number(port), '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      ends.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        ends.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
    if (!whole) near.destroy();
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const cut = () => {
    whole = false;
    ends.forEach((end) => end.destroy());
  };
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut,
    mend: () => (whole = true),
    close() {
      cut();
      return new Promise((closed) => server.close(closed));
    },
  };
}
