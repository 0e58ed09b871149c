/**
 * Whether the server has another page than this one: it was updated while the page was open. Each page names its program by a
 * hash of what is in it, so the names are compared. It reloads nothing; a reload leads back into the seat.
 */

/** The module that a page begins with, as its HTML names it. */
export function programOf(html: string): string | undefined {
  const tag = /<script[^>]*type="module"[^>]*>/.exec(html)?.[0];
  return tag && /\ssrc="([^"]+)"/.exec(tag)?.[1];
}

/**
 * @param own what this page began with
 * @param fetchPage the HTML that the server has now
 * @returns false also when it cannot be told
 */
export async function isPageOlder(
  own: string | undefined,
  fetchPage: () => Promise<string>,
): Promise<boolean> {
  try {
    const now = programOf(await fetchPage());
    return own !== undefined && now !== undefined && now !== own;
  } catch {
    return false;
  }
}

/** Asks for this very page. */
export const olderThanServer = (): Promise<boolean> =>
  isPageOlder(programOf(document.documentElement.outerHTML), async () => {
    const answer = await fetch(new URL(".", document.baseURI), { cache: "no-store" });
    return answer.ok ? answer.text() : "";
  });
