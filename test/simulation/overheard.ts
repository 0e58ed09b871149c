/** What a client and a process say to each other, for the conversation of a story: both ways, where the client is. */
import type { Overheard } from "./connection.ts";
import { type Conversation, range } from "./conversation.ts";
import type { CloseReason, ToClient, ToServer } from "./messages.ts";

const closings: Readonly<Record<CloseReason, string>> = {
  "come-back": "the connection ends: come back",
  "not-here": "the connection ends: the match is not here",
  full: "the connection ends: the match is full",
  "no-seat": "the connection ends: you have no seat here",
  over: "the connection ends: the match is over",
  left: "the connection ends: you left",
  failed: "the connection ends: the match broke",
};

export function overheard(conversation: Conversation, client: string, process: string): Overheard {
  const up = (words: string) => conversation.say({ from: client, to: process, words });
  const down = (words: string) => conversation.say({ from: process, to: client, words });
  return {
    sent: (message: ToServer) => {
      // They come all the time, and say nothing about who owns what.
      if (message.kind !== "input") up(asked(message));
    },
    received: (message: ToClient) => {
      if (message.kind === "state") {
        const { match, tick, epoch } = message.seen;
        const words = (first: number, last: number) =>
          `state of ${match} at ${range("tick", first, last)}, epoch ${epoch}`;
        conversation.repeat({ from: process, to: client, key: `${match} ${epoch}`, number: tick, words });
      } else down(said(message));
    },
    closed: (reason) => down(closings[reason]),
  };
}

function asked(message: Exclude<ToServer, { kind: "input" }>): string {
  switch (message.kind) {
    case "hello":
      return message.token === undefined
        ? `a seat in ${message.match}, please`
        : `I am back in ${message.match}, here is my token`;
    case "command":
      return `command ${message.id}`;
    case "leave":
      return "I leave for good";
    case "poison":
      return "a command that breaks a rule";
  }
}

function welcome({ seen, lastCommandId }: Extract<ToClient, { kind: "welcome" }>): string {
  const commands = lastCommandId === 0 ? "" : `; your commands up to ${lastCommandId} are done`;
  return `welcome to ${seen.match} at tick ${seen.tick}, epoch ${seen.epoch}${commands}`;
}

function said(message: Exclude<ToClient, { kind: "state" }>): string {
  switch (message.kind) {
    case "welcome":
      return welcome(message);
    case "answer":
      return `command ${message.id}: ${message.answer.ok ? "done" : message.answer.reason}`;
    case "over":
      return "the match is over";
  }
}
