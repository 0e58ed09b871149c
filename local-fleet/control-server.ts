/**
 * Where a running fleet takes orders: HTTP on 127.0.0.1, for callers with the key of fleet.json. `GET /status`
 * answers one JSON object. `POST /roll` answers with a JSON object per line, the last one with the report or the
 * error; a roll goes on when its caller has gone. It decides nothing.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { FleetView } from "./fleet-view.ts";
import type { RollReport } from "./roll.ts";

export const keyHeader = "x-holdfast-fleet";
const bodyBytesMax = 4096;

export interface RollOrder {
  /** A checkout of another version. */
  readonly versionDir?: string;
  /** Settings of the new nodes in addition to those that the fleet was started with. */
  readonly nodeFlags: readonly string[];
}

export type RollLine = { say: string } | { report: FleetRollReport } | { error: string };

export interface FleetRollReport extends RollReport {
  /** Figures of the fleet's own bots since they began; absent without bots. */
  readonly bots?: {
    readonly reconnects: number;
    readonly gapMs: { readonly p50: number; readonly p99: number; readonly max: number };
  };
}

export interface ControlParts {
  readonly key: string;
  readonly view: () => FleetView;
  /** @throws Error, also when another roll is under way */
  readonly roll: (order: RollOrder, say: (text: string) => void) => Promise<FleetRollReport>;
}

export interface ControlServer {
  readonly port: number;
  readonly close: () => void;
}

export async function openControl(parts: ControlParts): Promise<ControlServer> {
  const server = createServer((request, response) => {
    void answer(parts, request, response).catch((error: Error) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(`${JSON.stringify({ error: error.message } satisfies RollLine)}\n`);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

async function answer(parts: ControlParts, request: IncomingMessage, response: ServerResponse) {
  if (request.headers[keyHeader] !== parts.key) return void response.writeHead(403).end();
  const route = `${request.method} ${request.url}`;
  if (route === "GET /status") return void response.end(JSON.stringify(parts.view()));
  if (route !== "POST /roll") return void response.writeHead(404).end();

  const order = JSON.parse(await bodyOf(request)) as RollOrder;
  const tell = (line: RollLine) => response.write(`${JSON.stringify(line)}\n`);
  // A caller who will wait for minutes learns at once that the order was accepted.
  response.flushHeaders();
  const report = await parts.roll(order, (say) => tell({ say }));
  tell({ report });
  response.end();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) {
    body += chunk;
    if (body.length > bodyBytesMax) throw new Error(`an order has at most ${bodyBytesMax} bytes`);
  }
  return body;
}
