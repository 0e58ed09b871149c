/** Names that players give themselves, in each request that carries one. */
import { expect, it, test } from "vitest";
import { joinRequest } from "../../shared/wire/api.ts";
import { joinOptions } from "../../shared/wire/room-messages.ts";
import { refreshRequest, sessionRequest } from "../../shared/wire/sessions.ts";

const requests = {
  "begins a session": (name: string) => sessionRequest.parse({ name }),
  "refreshes one": (name: string) => refreshRequest.parse({ refreshToken: "t", name }),
  "asks for a seat": (name: string) => joinRequest.parse({ name }),
  "joins by the SDK": (name: string) => joinOptions.parse({ name }),
};

for (const [what, parsed] of Object.entries(requests))
  test.each([
    ["Ada Lovelace", "Ada Lovelace"],
    ["  Ada \t  Lovelace\n", "Ada Lovelace"],
    ["A\u0000d\u001b[31ma\u009b", "Ad[31ma"],
    ["Ada\u202eecalevoL", "AdaecalevoL"],
    ["Ad\ud800a", "Ada"],
    ["A \u200b B", "A B"],
    ["Ümläut 🦊 名前", "Ümläut 🦊 名前"],
    ["   ", undefined],
    ["\u202e\u0007", undefined],
  ])(`[P6] a player who ${what} as %j is shown as %j`, (given, shown) => {
    expect(parsed(given).name).toBe(shown);
  });

it("a name that is too long is refused, in every request", () => {
  for (const parsed of Object.values(requests)) expect(() => parsed("x".repeat(65))).toThrow();
});
