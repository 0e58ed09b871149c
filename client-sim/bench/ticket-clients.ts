/**
 * The process of the clients that create and read tickets: many users over some connections, as fast as they are
 * answered. It takes orders from its parent over ipc, and ends with it, or at an unexpected answer.
 */
import { rank } from "../percentiles.ts";
import { endWithParent } from "../processes/ends-with-us.ts";
import { LightHttp, type LightQuestion } from "./light-http.ts";
import { ownCpuSeconds } from "./sample.ts";
import {
  crowdQueue,
  everybodysRole,
  type TicketAnswer,
  type TicketClientsSize,
  type TicketOrder,
} from "./ticket-clients-process.ts";

interface User {
  readonly headers: string;
  ticketId: string;
}

const users: User[] = [];
const connections: LightHttp[] = [];
let rounds = 0;

endWithParent();
process.on("message", async (order: TicketOrder) => process.send!(await obey(order)));

function obey(order: TicketOrder): Promise<TicketAnswer> {
  switch (order.type) {
    case "begin":
      return begin(order);
    case "create":
      return create();
    case "read":
      return ofTickets("GET");
    case "cancel":
      return ofTickets("DELETE");
  }
}

async function begin(size: TicketClientsSize): Promise<TicketAnswer> {
  for (let at = 0; at < size.connections; at++) connections.push(await LightHttp.open(size.url));
  return each(size.users, 201, (at) => ({
    question: { method: "POST", path: "/v1/sessions", headers: "", body: `{"name":"user ${at}"}` },
    take: (answer) => {
      const { token } = JSON.parse(answer) as { token: string };
      users[at] = { headers: `Authorization: Bearer ${token}\r\n`, ticketId: "" };
    },
  }));
}

function ofTickets(method: "GET" | "DELETE"): Promise<TicketAnswer> {
  return each(users.length, 200, (at) => {
    const { ticketId, headers } = users[at]!;
    return { question: { method, path: `/v1/tickets/${ticketId}`, headers } };
  });
}

function create(): Promise<TicketAnswer> {
  rounds += 1;
  const body = JSON.stringify({ queue: crowdQueue, roles: [everybodysRole], latencyMs: { local: 20 } });
  return each(users.length, 201, (at) => {
    const user = users[at]!;
    const headers = `${user.headers}Idempotency-Key: bench-round-${rounds}\r\n`;
    return {
      question: { method: "POST", path: "/v1/tickets", headers, body },
      take: (answer) => {
        user.ticketId = (JSON.parse(answer) as { id: string }).id;
      },
    };
  });
}

interface Task {
  readonly question: LightQuestion;
  readonly take?: (body: string) => void;
}

/** Each connection takes the next task when it has its answer. @throws Error at another status */
async function each(count: number, status: number, taskOf: (at: number) => Task): Promise<TicketAnswer> {
  const tookMs = new Float64Array(count);
  const [startedMs, cpu] = [performance.now(), ownCpuSeconds()];
  let next = 0;
  const work = async (connection: LightHttp) => {
    for (let at = next++; at < count; at = next++) {
      const { question, take } = taskOf(at);
      const askedMs = performance.now();
      const answer = await connection.ask(question);
      tookMs[at] = performance.now() - askedMs;
      if (answer.status !== status) throw new Error(`${question.path}: ${answer.status} ${answer.body}`);
      take?.(answer.body);
    }
  };
  await Promise.all(connections.map(work));
  const seconds = (performance.now() - startedMs) / 1000;
  tookMs.sort();
  return {
    ...{ questions: count, seconds, cpuSeconds: ownCpuSeconds() - cpu },
    ...{ p50Ms: rank(tookMs, 0.5), p99Ms: rank(tookMs, 0.99) },
  };
}
