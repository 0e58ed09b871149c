/**
 * docs/errors.md is made from the catalogue: `npm test -- test/docs/errors.test.ts -u` writes it again. A running
 * server shows the same at /docs/errors, to which the `type` of every problem links.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { exitCodes } from "../../shared/command-line/exit-codes.ts";
import { closes } from "../../shared/wire/errors/close-codes.ts";
import type { ErrorEntry } from "../../shared/wire/errors/error-entry.ts";
import { matchErrors } from "../../shared/wire/errors/match.ts";
import { matchmakingErrors } from "../../shared/wire/errors/matchmaking.ts";
import { requestErrors } from "../../shared/wire/errors/request.ts";
import { startErrors } from "../../shared/wire/errors/start.ts";
import { storeErrors } from "../../shared/wire/errors/store.ts";
import { errorCodes } from "../../shared/wire/errors.ts";

const path = join(import.meta.dirname, "../../docs/errors.md");

const areas = {
  "The HTTP API and sessions": requestErrors,
  "Queues, tickets, parties": matchmakingErrors,
  Matches: matchErrors,
  "Stores and what is kept in them": storeErrors,
  "Settings, ports, nodes": startErrors,
};

const intro = `# Errors

Every refusal and every failure of Holdfast has a code, \`area/what\`. This page is made from the catalogue
([shared/wire/errors.ts](../shared/wire/errors.ts)), which the server, the clients and the game's page use, too. A running
server shows it at \`/docs/errors\`; the \`type\` of every problem (RFC 9457) links to it.

**Status** is the status of the HTTP answer. **Again**: *later* means that the same request may succeed by itself, so a
client repeats it, as \`Retry-After\` says; *final* means that it will not. **Ends** is the exit code of a process that
cannot go on after it.
`;

const cell = (text: string) => text.replaceAll("|", "\\|");

function areaOf([title, rows]: [string, Readonly<Record<string, ErrorEntry>>]): string {
  const lines = Object.entries(rows).map(([code, { status, retry, advice, player, ends }]) =>
    [
      `| <code>${code}</code> | ${status ?? ""} | ${retry ? "later" : "final"} | ${ends ? exitCodes[ends] : ""}`,
      `${cell(advice)} | ${cell(player ?? "")} |`,
    ].join(" | "),
  );
  const head =
    "| code | status | again | ends | what to do | what a player is told |\n|---|---|---|---|---|---|";
  return `## ${title}\n\n${head}\n${lines.join("\n")}\n`;
}

function closeTable(): string {
  const lines = Object.values(closes).map(
    ({ code, comesBack, means, player }) =>
      `| ${code} | ${comesBack ? "reconnects by itself" : "final"} | ${means} | ${player} |`,
  );
  return `## Close codes\n\nA connection to a match closes with one of these; the reason may be an error code.\n\n| code | the client | means | what a player is told |\n|---|---|---|---|\n${lines.join("\n")}\n`;
}

function exitTable(): string {
  const lines = Object.entries(exitMeanings).map(
    ([name, means]) => `| ${exitCodes[name as Exit]} | ${means} |`,
  );
  return `## Exit codes\n\n| code | means |\n|---|---|\n${lines.join("\n")}\n`;
}

type Exit = keyof typeof exitCodes;

const exitMeanings: Readonly<Record<Exit, string>> = {
  ok: "As asked.",
  failed: "It failed, or found something wrong. A supervisor starts a server again.",
  badUsage: "The command line of a tool cannot be read.",
  internal: "An internal error; the log has it. A supervisor starts the server again.",
  lost: "A node that its peers declared lost. Started again, it is a new node.",
  badSetting: "A setting of the server is wrong. It is not started again.",
  interrupted: "It was interrupted (Ctrl-C).",
};

test("[P7.1] docs/errors.md says of every code what the catalogue says", async () => {
  expect(Object.values(areas).flatMap(Object.keys).sort()).toEqual(Object.keys(errorCodes).sort());
  const text = [intro, ...Object.entries(areas).map(areaOf), closeTable(), exitTable()].join("\n");
  await expect(text).toMatchFileSnapshot(path);
});
