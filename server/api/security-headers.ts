/** The security headers of every answer, through helmet: what our pages may load, and that no page may frame them. */
import type { RequestHandler } from "express";
import helmet from "helmet";

/** Seconds: half a year. */
const onlyTlsSeconds = 15_552_000;

const own = "'self'";

/** The page: only its own scripts; sockets also to room nodes with a public address. */
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
/** /docs: the page of another project, which sets inline styles. */
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
    // When TLS ends at a proxy, only a trusted proxy may say so.
    if (request.secure) return onlyTls(request, response, next);
    return next();
  });
};

export const docsSecurityHeaders: RequestHandler = csp(docsContent);
