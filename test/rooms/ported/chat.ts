/** A chat: the last words that were said, who is there, and a count of them in the listing. */
import type { Client } from "@colyseus/core";
import { type ArraySchema, type Schema, SetSchema, schema, t } from "@colyseus/schema";
import { type Base, durableBase } from "./base.ts";

const Said = schema({ by: t.string(), text: t.string(), at: t.number() }, "PortedSaid");
const Chat = schema({ history: t.array(Said), present: t.set("string") }, "PortedChat");

export interface ChatState extends Schema {
  history: ArraySchema<Schema & { by: string; text: string; at: number }>;
  present: SetSchema<string>;
}

const historyMax = 5;

export function chat(Parent: Base<ChatState>) {
  return class extends Parent {
    override state = new Chat({ history: [], present: new SetSchema() } as never) as unknown as ChatState;

    override onCreate(): void {
      this.setPatchRate(10);
      this.onMessage("say", (client, text: string) => {
        const { history } = this.state;
        const said = { by: client.userData!["name"], text, at: this.clock.elapsedTime };
        history.push(new Said(said as never) as never);
        while (history.length > historyMax) history.shift();
      });
    }

    override onJoin(client: Client, { name }: { readonly name: string }): void {
      client.userData = { name };
      this.state.present.add(name);
      void this.setMetadata({ present: this.state.present.size } as never);
    }

    override onLeave(client: Client): void {
      this.state.present.delete(client.userData!["name"]);
      void this.setMetadata({ present: this.state.present.size } as never);
    }
  };
}

export class DurableChat extends chat(durableBase<ChatState>()) {}
