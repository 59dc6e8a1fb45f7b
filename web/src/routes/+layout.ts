// A page in the browser alone: the server only hands out files.
export const ssr = false;
