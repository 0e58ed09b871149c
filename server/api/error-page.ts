/**
 * /docs/errors: a page with the meaning of each code and what to do about it. The `type` of every problem links to
 * it.
 */
import { type ErrorCode, errorCodes } from "../../shared/wire/errors.ts";
import { anchorOf } from "./problem.ts";

export function errorPage(): string {
  const codes = (Object.keys(errorCodes) as ErrorCode[]).sort();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Errors of Holdfast</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
dt { font-weight: 600; margin-top: 1rem; } dd { margin: 0; } :target { background: #ffef9e; }
</style>
</head>
<body>
<h1>Errors</h1>
<p>Every refusal has a <code>code</code>. This is what to do about each. <a href="./">The API</a></p>
<dl>
${codes.map(entry).join("\n")}
</dl>
</body>
</html>
`;
}

function entry(code: ErrorCode): string {
  const { status, retry, advice } = errorCodes[code];
  const seen = status === undefined ? "" : `, ${status}`;
  const again = retry ? "may pass by itself" : "final";
  return `<dt id="${anchorOf(code)}"><code>${code}</code>${seen}, ${again}</dt>\n<dd>${escaped(advice)}</dd>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => entities[character]!);
