/**
 * Which pages may talk to this server: those that it serves itself, and those of the origins in the setting
 * `allowedOrigins`. Pure. HTTP and WebSockets use the same rule; a request without an Origin comes from no page.
 */

export interface AllowedOrigins {
  /** Whether every page of every origin is allowed. */
  readonly any: boolean;
  /** In the form that browsers send. */
  readonly listed: ReadonlySet<string>;
}

/** What a request says about the page that sent it. */
export interface RequestingPage {
  readonly origin: string;
  /** The Host header. */
  readonly host: string | undefined;
  /** `Sec-Fetch-Site`, which no page can set; needed because a proxy may have changed the Host. */
  readonly fetchSite?: string | undefined;
}

const own = "own";
const any = "*";

/** @returns the origins, or what is wrong with the setting */
export function allowedOrigins(setting: string): AllowedOrigins | string {
  const entries = setting.split(",").map((each) => each.trim());
  const listed = entries.filter((each) => each !== own && each !== any);
  const wrong = listed.find((each) => !isOrigin(each));
  if (wrong !== undefined)
    return `"${wrong}" is not an origin: own, *, or scheme, host and port like https://game.example, separated by commas`;
  return { any: entries.includes(any), listed: new Set(listed) };
}

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

export function isAllowedOrigin(allowed: AllowedOrigins, page: RequestingPage): boolean {
  return allowed.any || allowed.listed.has(page.origin) || isOwnPage(page);
}

function isOwnPage({ origin, host, fetchSite }: RequestingPage): boolean {
  if (fetchSite === "same-origin") return true;
  if (host === undefined || !isOrigin(origin)) return false;
  const { protocol, host: ofPage } = new URL(origin);
  // With the scheme's default port given or left out.
  const asked = `${protocol}//${host}`;
  return URL.canParse(asked) && new URL(asked).host === ofPage;
}
