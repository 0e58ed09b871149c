/** A relay: it has no state, passes on whatever a client sends, and says who came and went. */
import { type Client, Room } from "@colyseus/core";
import { type Base, durableBase } from "./base.ts";

function relay(Parent: Base<object>) {
  return class extends Parent {
    names = new Map<string, string>();

    override onCreate(): void {
      this.onMessage("*", (client, type, message) => {
        if (type === "who") client.send("names", [...this.names.values()]);
        else this.broadcast(type as string, [client.sessionId, message], { except: client });
      });
    }

    override onJoin(client: Client, { name }: { readonly name: string }): void {
      this.names.set(client.sessionId, name);
      this.broadcast("came", name, { except: client });
    }

    override onLeave(client: Client): void {
      this.broadcast("went", this.names.get(client.sessionId), { except: client });
      this.names.delete(client.sessionId);
    }

    /** What goes out again to those who came back before they were away. */
    override onDrop(client: Client): void {
      void this.allowReconnection(client, 30).catch(() => {});
    }
  };
}

export class PlainRelay extends relay(Room as unknown as Base<object>) {}

/** The names are kept. */
export class DurableRelay extends relay(durableBase<object>()) {
  static readonly durable = ["names"];
}
