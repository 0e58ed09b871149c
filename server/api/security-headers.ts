/** What every answer says to browsers, through helmet: what a page of ours may load, and that nobody may frame it. */
import type { RequestHandler } from "express";
import helmet from "helmet";

/** Seconds: half a year. */
const onlyTlsSeconds = 15_552_000;

const own = "'self'";

/** The page: scripts of its own only; sockets also to room nodes with an address of their own. */
const pageContent = {
  "default-src": [own],
  "script-src": [own],
  "script-src-attr": ["'none'"],
  "style-src": [own],
  "img-src": [own, "data:", "blob:"],
  "connect-src": [own, "ws:", "wss:"],
  "worker-src": [own, "blob:"],
  "object-src": ["'none'"],
  "base-uri": ["'none'"],
  "form-action": [own],
  "frame-ancestors": ["'none'"],
};
/** /docs: the page of somebody else, which writes its own styles. */
const docsContent = { ...pageContent, "style-src": [own, "'unsafe-inline'"] };

const csp = (directives: typeof pageContent) =>
  helmet.contentSecurityPolicy({ useDefaults: false, directives });

const always = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: pageContent },
  strictTransportSecurity: false,
  xFrameOptions: { action: "deny" },
});
const onlyTls = helmet.strictTransportSecurity({ maxAge: onlyTlsSeconds, includeSubDomains: false });

export const securityHeaders: RequestHandler = (request, response, next) => {
  always(request, response, (error?: unknown) => {
    if (error !== undefined) return next(error);
    // Of TLS that ends at a proxy, only one that is trusted may say so.
    if (request.secure) return onlyTls(request, response, next);
    return next();
  });
};

export const docsSecurityHeaders: RequestHandler = csp(docsContent);
