/** Players who run: where they want to go is held beside the state, and a simulation moves them. */
import type { Client } from "@colyseus/core";
import { type MapSchema, type Schema, schema, t } from "@colyseus/schema";
import { type Base, durableBase } from "./base.ts";

const Runner = schema({ x: t.number(), y: t.float32(), steps: t.uint32() }, "PortedRunner");
const Field = schema({ runners: t.map(Runner), ticks: t.uint32() }, "PortedField");

interface RunnerState extends Schema {
  x: number;
  y: number;
  steps: number;
}
export interface FieldState extends Schema {
  runners: MapSchema<RunnerState>;
  ticks: number;
}

export function runners(Parent: Base<FieldState>) {
  return class extends Parent {
    override state = new Field({ runners: {}, ticks: 0 } as never) as unknown as FieldState;
    wishes = new Map<string, { dx: number; dy: number }>();

    override onCreate(): void {
      this.setPatchRate(20);
      this.onMessage("run", (client, wish: { dx: number; dy: number }) => {
        this.wishes.set(client.sessionId, wish);
      });
      this.setSimulationInterval((deltaMs) => this.step(deltaMs / 1000), 10);
    }

    override onJoin(client: Client): void {
      const runner = new Runner({ x: 0, y: 0, steps: 0 } as never) as unknown as RunnerState;
      this.state.runners.set(client.sessionId, runner);
    }

    override onLeave(client: Client): void {
      this.wishes.delete(client.sessionId);
      this.state.runners.delete(client.sessionId);
    }

    step(seconds: number): void {
      this.state.ticks += 1;
      for (const [sessionId, { dx, dy }] of this.wishes) {
        const runner = this.state.runners.get(sessionId)!;
        runner.x += dx * seconds;
        runner.y += dy * seconds;
        runner.steps += 1;
      }
    }
  };
}

/** Where everybody wants to go is kept. */
export class DurableRunners extends runners(durableBase<FieldState>()) {
  static readonly durable = ["wishes"];
}
