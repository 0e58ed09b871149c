/**
 * The lounge: what people say is in their channel's history, typing ends by itself, and neither a crash nor another channel's
 * eyes change what anybody is sent.
 */
import { describe, expect, it } from "vitest";
import type { Viewer } from "../../shared/game/game.ts";
import { handlers, type LoungeWorld, lounge } from "../../shared/games/lounge/game.ts";
import { type Play, play } from "../../testkit/play.ts";
import { playAtRandom } from "../../testkit/random-play.ts";
import { Onlooker, Showing } from "../room/viewing.ts";

type LoungePlay = Play<typeof lounge>;

function withPeople(...names: string[]): LoungePlay {
  const match = play(lounge, { options: { topic: "tea" } });
  for (const name of names) match.join(name);
  match.tick();
  return match;
}

function linesOf(match: LoungePlay, viewer: Viewer): string[] {
  const { lines } = lounge.view.own!.of(match.world, viewer) as { lines: Record<string, { text: string }> };
  return Object.values(lines).map(({ text }) => text);
}

describe("a lounge", () => {
  it("keeps what was said in each channel, and shows it to who comes in later", () => {
    const match = withPeople("Ada", "Ben");
    match.command(0, "say", { text: "hello" });
    match.command(1, "go", { channel: "music" });
    match.command(1, "say", { text: "la la" });
    match.tick();
    expect([linesOf(match, 0), linesOf(match, 1)]).toEqual([["hello"], ["la la"]]);
    match.leave(1);
    const late = match.join("Cy");
    match.tick();
    expect(linesOf(match, late)).toEqual(["hello"]);
    match.command(late, "go", { channel: "music" });
    match.tick();
    expect(linesOf(match, late)).toEqual(["la la"]);
    expect(match.seen).toMatchObject({
      topic: "tea",
      channels: { lobby: { lines: 1, people: 1 }, music: { lines: 1, people: 1 } },
    });
    match.verify();
  });

  it("[P6] has the newest hundred lines of a channel, gives older ones when asked, and closes the quietest channel", () => {
    const match = withPeople("Ada");
    for (let line = 1; line <= 105; line++) {
      match.command(0, "say", { text: `line ${line}` });
      match.tick();
    }
    expect(match.world.channels["lobby"]!.lines.length).toBe(100);
    expect(linesOf(match, 0)).toEqual(Array.from({ length: 40 }, (_, place) => `line ${66 + place}`));
    match.command(0, "older", { before: 66 });
    const [older] = match.tick();
    const { data } = older as unknown as { data: { text: string }[] };
    expect(data.map(({ text }) => text)).toEqual(
      Array.from({ length: 8 }, (_, place) => `line ${58 + place}`),
    );
    for (let channel = 1; channel <= 35; channel++) {
      match.pass(10);
      match.command(0, "go", { channel: `c${channel}` });
      match.tick();
    }
    const names = Object.keys(match.world.channels);
    expect(names.length).toBe(32);
    expect(names).toContain("lobby");
    expect(names).toContain("c35");
    expect(names).not.toContain("c1");
    match.verify();
  });

  it("shows who types until they say it, fall silent, or break off", () => {
    const match = withPeople("Ada", "Ben", "Cy");
    for (const seat of [0, 1, 2]) match.command(seat, "typing");
    match.tick();
    const typing = () => Object.values(match.world.people).map(({ typingUntil }) => typingUntil > 0);
    expect(typing()).toEqual([true, true, true]);
    match.command(0, "say", { text: "there" });
    match.drop(1);
    match.tick();
    expect(typing()).toEqual([false, false, true]);
    match.pass(3900);
    expect(typing()).toEqual([false, false, true]);
    match.pass(200);
    expect(typing()).toEqual([false, false, false]);
    expect(lounge.wakeAt!(match.world)).toBeUndefined();
  });

  it("[P1] a whisper reaches one person, and words that nobody could see are refused", () => {
    const match = withPeople("Ada", "Ben");
    match.command(0, "whisper", { to: 1, text: "psst" });
    match.command(0, "whisper", { to: 7, text: "psst" });
    match.command(0, "say", { text: "\u200b" });
    expect(match.tick()).toEqual([
      { ok: true },
      { ok: false, reason: "nobody is there" },
      { ok: false, reason: "there is nothing to see in it" },
    ]);
    expect(match.told).toEqual([{ to: 1, name: "whisper", payload: { seat: 0, from: "Ada", text: "psst" } }]);
    expect(match.outcome).toBeUndefined();
  });

  it("tells where friends are, on whatever node, to those who have their code", async () => {
    const match = withPeople("Ada", "Ben");
    const friendsOf = (seat: number) =>
      (lounge.view.own!.of(match.world, seat) as { friends: object }).friends;
    const code = (lounge.view.own!.of(match.world, 1) as { code: string }).code;
    expect(code).toBe("user-2");
    expect(match.asks).toEqual([]);
    match.command(0, "befriend", { code: "guest:cy", name: "Cy" });
    match.tick();
    expect(match.asks).toMatchObject([{ name: "where", payload: { users: ["guest:cy"] } }]);
    const at = new Map([["guest:cy", { matchId: "m2", game: "lounge" }]]);
    await match.carryOut(handlers, async () => at);
    match.tick();
    expect([friendsOf(0), friendsOf(1)]).toEqual([{ "guest:cy": { name: "Cy", where: "m2" } }, {}]);
    match.pass(9000);
    expect(match.asks).toEqual([]);
    match.pass(1000);
    expect(match.asks.length).toBe(1);
    await match.carryOut(handlers);
    match.tick();
    expect(friendsOf(0)).toEqual({ "guest:cy": { name: "Cy", where: "" } });
    // Nobody is there to be told: it waits for nothing.
    match.drop(0);
    match.tick();
    expect(lounge.wakeAt!(match.world)).toBeUndefined();
    match.comeBack(0);
    match.tick();
    expect(match.asks.length).toBe(1);
    match.command(0, "unfriend", { code: "guest:cy" });
    for (let friend = 0; friend < 11; friend++)
      match.command(0, "befriend", { code: `guest:${friend}`, name: "x" });
    expect(match.tick().at(-1)).toEqual({ ok: false, reason: "10 friends are the most" });
    expect(() => match.command(0, "befriend", { code: "constructor", name: "x" })).toThrow("friend's code");
    match.verify();
  });

  it("[P4] people come and go and say anything, a crash at any tick changes nothing", () => {
    for (let seed = 1; seed <= 4; seed++)
      playAtRandom(lounge, {
        ...{ seed, ticks: 120 },
        command: (below) => {
          if (below(3) > 0) return undefined;
          const given = [
            ["say", { text: `w${below(1000)}` }],
            ["typing", {}],
            ["go", { channel: `c${below(40)}` }],
            ["whisper", { to: below(4), text: "x" }],
            ["older", { before: 1 + below(200) }],
            ["befriend", { code: `guest:${below(12)}`, name: "f" }],
            ["unfriend", { code: `guest:${below(12)}` }],
          ] as const;
          return given[below(given.length)]!;
        },
      }).verify();
  });

  it("[P1.12] what is said in one channel is in no byte of who is in another", () => {
    const match = withPeople("Ada", "Ben");
    match.command(1, "go", { channel: "music" });
    match.tick();
    const onlookers = ([0, 1] as const).map((viewer) => new Onlooker(viewer));
    const show = () => {
      const showing = new Showing(lounge, { world: structuredClone(match.world), refsReserved: 0 });
      for (const onlooker of onlookers) showing.join(onlooker);
      return showing;
    };
    let showing = show();
    const step = () => {
      match.tick();
      showing.tick(structuredClone(match.world) as LoungeWorld);
      showing.patch();
    };
    match.command(0, "say", { text: "in-the-lobby" });
    match.command(1, "say", { text: "in-the-music" });
    step();
    // After a crash too.
    showing = show();
    match.command(0, "say", { text: "in-the-lobby again" });
    step();
    const bytes = onlookers.map((each) => Buffer.concat(each.bytes).toString("latin1"));
    expect(bytes.map((all) => all.includes("in-the-lobby again"))).toEqual([true, false]);
    expect(bytes.map((all) => all.includes("in-the-lobby"))).toEqual([true, false]);
    expect(bytes.map((all) => all.includes("in-the-music"))).toEqual([false, true]);
  });
});
