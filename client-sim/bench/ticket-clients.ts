/**
 * The process of the clients that create and read tickets: many users over some connections, as fast as they are
 * answered. It does what its parent says over ipc, and ends with it. An answer that is not the expected one ends it.
 */
import { rank } from "../percentiles.ts";
import { LightHttp, type LightQuestion } from "./light-http.ts";
import { ownCpuSeconds } from "./sample.ts";
import type { TicketAnswer, TicketClientsSize, TicketOrder } from "./ticket-clients-process.ts";

/** Beyond what any queue accepts: the tickets wait, and nobody is matched. */
const unreachableMs = 9000;

interface User {
  readonly headers: string;
  ticketId: string;
}

const users: User[] = [];
const connections: LightHttp[] = [];
let rounds = 0;

process.on("disconnect", () => process.exit(0));
process.on("message", async (order: TicketOrder) => process.send!(await obey(order)));

function obey(order: TicketOrder): Promise<TicketAnswer> {
  switch (order.type) {
    case "begin":
      return begin(order);
    case "create":
      return create(order.queue);
    case "read":
      return each(users.length, 200, (at) => ({
        question: {
          method: "GET",
          path: `/v1/tickets/${users[at]!.ticketId}`,
          headers: users[at]!.headers,
        },
      }));
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

function create(queue: string): Promise<TicketAnswer> {
  rounds += 1;
  const body = JSON.stringify({ queue, latencyMs: { local: unreachableMs } });
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

/** Every connection takes the next one when it has its answer. @throws Error at another status */
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
