/** How `npm run fleet -- status` and `roll` talk to the running fleet. The end of the fleet is an error. */
import { type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";
import { type FleetRollReport, keyHeader, type RollLine, type RollOrder } from "./control-server.ts";
import type { FleetFile } from "./fleet-file.ts";
import type { FleetView } from "./fleet-view.ts";

const statusMsMax = 5000;
/** Longest silence during a roll, which reports every node: a drain and a start. */
const rollSilentMsMax = 3_900_000;

/** @throws Error */
export async function askStatus(fleet: FleetFile): Promise<FleetView> {
  let view: FleetView | undefined;
  for await (const line of lines(fleet, { method: "GET", path: "/status", silentMsMax: statusMsMax })) {
    view = JSON.parse(line);
  }
  if (view === undefined) throw new Error(`the fleet (process ${fleet.pid}) does not report its status`);
  return view;
}

/** @param say gets each line of progress. @throws Error with what stopped the roll */
export async function askRoll(
  fleet: FleetFile,
  order: RollOrder,
  say: (text: string) => void,
): Promise<FleetRollReport> {
  const asked = { method: "POST", path: "/roll", body: JSON.stringify(order), silentMsMax: rollSilentMsMax };
  for await (const text of lines(fleet, asked)) {
    const line = JSON.parse(text) as RollLine;
    if ("say" in line) say(line.say);
    else if ("report" in line) return line.report;
    else throw new Error(line.error);
  }
  throw new Error("the fleet ended during the roll");
}

interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly silentMsMax: number;
}

/** Not with fetch(), which gives up after five minutes without a byte. */
async function* lines({ controlPort, controlKey }: FleetFile, asked: ControlRequest): AsyncGenerator<string> {
  const { method, path, body, silentMsMax } = asked;
  const sent = request({
    ...{ host: "127.0.0.1", port: controlPort, method, path, timeout: silentMsMax },
    headers: { [keyHeader]: controlKey },
  });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once("response", resolve);
    sent.once("error", reject);
    sent.once("timeout", () => sent.destroy(new Error(`the fleet said nothing for ${silentMsMax / 1000} s`)));
    sent.end(body);
  });
  if (response.statusCode === 403) throw new Error("fleet.json is of another fleet");
  yield* createInterface({ input: response });
}
