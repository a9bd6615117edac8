// Numbers for what a visitor does, which Python answers with: the largest that it has taken.

let last = 0;

/** A number larger than all before it, also of an earlier component of this page, or of an earlier page. */
export function nextNumber() {
  last = Math.max(Date.now(), last + 1);
  return last;
}
