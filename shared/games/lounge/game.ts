/**
 * lounge: rooms to talk in. A lounge has channels, each with its history, and shows who is in which, who is away and who is
 * typing. Each person sees the lines of the channel that they are in, and may ask for older ones; a whisper reaches one. It
 * never ends, and steps only when somebody does something. `--games shared/games/lounge/game.ts` runs it.
 */
import { z } from "zod";
import { defineGame, type Tick } from "../../game/define-game.ts";
import { visibleText } from "../../game/deterministic/visible-text.ts";
import type { Plain, Seat } from "../../game/game.ts";
import { map } from "../../game/view/composed.ts";
import { bool, f64, text, u8, u16, u32 } from "../../game/view/scalars.ts";

/** Everybody comes in here, and it is never closed. */
const firstChannel = "lobby";
const channelsMax = 32;
/** Lines that a channel keeps; the oldest go. */
const historyMax = 100;
/** Lines that a person in a channel has before them; older ones are asked for. */
const shownMax = 40;
/** Lines in one answer. A line is up to 300 characters, and an answer is up to 4,096 as JSON. */
const olderMax = 8;
const textMax = 300;
const nameMax = 24;
/** Nobody types for longer without a sign of it. */
const typingMs = 4000;

interface LoungeLine {
  /** Counts over all channels of the lounge. */
  readonly id: number;
  readonly from: string;
  readonly text: string;
  /** Match time. */
  readonly at: number;
}

interface Channel {
  /** The newest last. */
  lines: LoungeLine[];
  /** Match time of its last line, or of its beginning. */
  usedAt: number;
}

interface LoungePerson {
  readonly name: string;
  connected: boolean;
  channel: string;
  /** Match time; 0: does not type. */
  typingUntil: number;
}

export interface LoungeWorld {
  readonly topic: string;
  lastId: number;
  readonly channels: { [name: string]: Channel };
  readonly people: { [seat: string]: LoungePerson };
}

const said = z.string().min(1).max(textMax);
const channelName = z.string().regex(/^[a-z0-9-]{1,24}$/, "a name is up to 24 of a-z, 0-9 and -");

const commands = {
  say: z.object({ text: said }),
  typing: z.object({}),
  /** Into a channel, which is opened if it is not there. */
  go: z.object({ channel: channelName }),
  whisper: z.object({ to: z.int().min(0).max(255), text: said }),
  /** Lines of the own channel before the one of this id. */
  older: z.object({ before: z.int().min(1) }),
};

type LoungeTick = Tick<Record<never, never>, typeof commands>;
type LoungeCommand = LoungeTick["commands"][number];

export const lounge = defineGame({
  name: "lounge",
  version: 1,
  rate: "events",
  seats: [1, 200],
  options: z.object({ topic: z.string().max(80).default("") }),
  commands,
  view: {
    topic: text,
    channels: map({ people: u8, lines: u16 }),
    people: map({ name: text, connected: bool, channel: text, typing: bool }),
  },

  create: ({ topic }): LoungeWorld => ({
    topic: visibleText(topic, 80),
    lastId: 0,
    channels: { [firstChannel]: { lines: [], usedAt: 0 } },
    people: {},
  }),

  step(world, tick) {
    for (const seat of tick.leaves) delete world.people[seat];
    for (const { seat, name } of tick.joins)
      world.people[seat] = {
        ...{ name: visibleText(name, nameMax), connected: true, channel: firstChannel, typingUntil: 0 },
      };
    for (const seat of tick.drops) Object.assign(world.people[seat]!, { connected: false, typingUntil: 0 });
    for (const seat of tick.returns) world.people[seat]!.connected = true;
    for (const command of tick.commands) {
      const done = obey(world, command, tick);
      command.answer(done.why ?? true, done.data);
    }
    for (const person of Object.values(world.people))
      if (person.typingUntil <= tick.now) person.typingUntil = 0;
  },

  see: ({ topic, channels, people }) => ({
    topic,
    channels: Object.fromEntries(
      Object.entries(channels).map(([name, { lines }]) => [
        name,
        {
          lines: lines.length,
          people: Object.values(people).filter(({ channel }) => channel === name).length,
        },
      ]),
    ),
    people: Object.fromEntries(
      Object.entries(people).map(([seat, { name, connected, channel, typingUntil }]) => [
        seat,
        { name, connected, channel, typing: typingUntil > 0 },
      ]),
    ),
  }),

  own: {
    // A line never changes while it is there.
    fields: { lines: map({ id: u32, from: text, text, at: f64 }, { by: "id", constant: true }) },
    see: ({ channels, people }, viewer) => ({
      lines: channels[people[viewer]?.channel ?? firstChannel]?.lines.slice(-shownMax) ?? [],
    }),
  },

  wakeAt: ({ people }) => {
    const ends = Object.values(people).flatMap(({ typingUntil }) => (typingUntil > 0 ? [typingUntil] : []));
    return ends.length === 0 ? undefined : Math.min(...ends);
  },

  brain({ seat, view, chance }) {
    if (chance.below(40) > 0) return {};
    const others = Object.keys(view.people).filter((each) => each !== String(seat));
    const to = others.length === 0 ? seat : Number(chance.pick(others));
    return {
      command: chance.pick([
        { name: "typing" as const, payload: {} },
        { name: "say" as const, payload: { text: `it is ${chance.below(24)} o'clock somewhere` } },
        { name: "go" as const, payload: { channel: chance.pick(["lobby", "games", "music", "quiet"]) } },
        { name: "whisper" as const, payload: { to, text: "psst" } },
      ]),
    };
  },
});

/** What `--games` reads. */
export const games = [lounge];

/** `why` not, or data for the answer, or neither. */
interface Done {
  readonly why?: string;
  readonly data?: Plain;
}

function obey(world: LoungeWorld, command: LoungeCommand, tick: LoungeTick): Done {
  const person = world.people[command.seat]!;
  switch (command.name) {
    case "say":
      return say(world, person, command.payload.text, tick);
    case "typing":
      person.typingUntil = tick.now + typingMs;
      return {};
    case "go":
      return go(world, person, command.payload.channel, tick);
    case "whisper":
      return whisper(world, command.seat, command.payload, tick);
    case "older": {
      const { before } = command.payload;
      const earlier = world.channels[person.channel]!.lines.filter(({ id }) => id < before);
      return { data: earlier.slice(-olderMax).map((line) => ({ ...line })) };
    }
  }
}

function say(world: LoungeWorld, person: LoungePerson, given: string, { now }: LoungeTick): Done {
  const shown = visibleText(given, textMax);
  if (shown === "") return { why: "there is nothing to see in it" };
  const channel = world.channels[person.channel]!;
  world.lastId += 1;
  channel.lines.push({ id: world.lastId, from: person.name, text: shown, at: now });
  if (channel.lines.length > historyMax) channel.lines.shift();
  channel.usedAt = now;
  person.typingUntil = 0;
  return {};
}

/** With too many channels, the one in which nobody is and that was quiet for the longest goes, and its lines with it. */
function go(world: LoungeWorld, person: LoungePerson, name: string, { now }: LoungeTick): Done {
  if (!Object.hasOwn(world.channels, name)) {
    if (Object.keys(world.channels).length >= channelsMax) {
      const quiet = quietest(world);
      if (quiet === undefined) return { why: `there are ${channelsMax} channels, and people in all of them` };
      delete world.channels[quiet];
    }
    world.channels[name] = { lines: [], usedAt: now };
  }
  person.channel = name;
  person.typingUntil = 0;
  return {};
}

function quietest({ channels, people }: LoungeWorld): string | undefined {
  const inUse = new Set([firstChannel, ...Object.values(people).map(({ channel }) => channel)]);
  const free = Object.keys(channels).filter((name) => !inUse.has(name));
  return free.sort((a, b) => channels[a]!.usedAt - channels[b]!.usedAt)[0];
}

function whisper(
  { people }: LoungeWorld,
  from: Seat,
  { to, text: given }: { readonly to: Seat; readonly text: string },
  tick: LoungeTick,
): Done {
  if (people[to] === undefined) return { why: "nobody is there" };
  const shown = visibleText(given, textMax);
  if (shown === "") return { why: "there is nothing to see in it" };
  tick.tell(to, "whisper", { seat: from, from: people[from]!.name, text: shown });
  return {};
}
