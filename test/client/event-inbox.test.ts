/** Each event once and in order, however often a server sends it, and however connections end. */
import { describe, expect, it } from "vitest";
import { EventInbox } from "../../shared/client/event-inbox.ts";

const event = (id: number) => ({ id, tick: id, name: `e${id}`, payload: null });

function setUp() {
  const inbox = new EventInbox();
  const heard: number[] = [];
  const missed: number[] = [];
  inbox.onMissed((count) => missed.push(count));
  const receive = (...ids: number[]) => {
    for (const id of ids) inbox.receive(event(id));
  };
  return { inbox, heard, missed, receive, listen: () => inbox.listen(({ id }) => heard.push(id)) };
}

describe("the inbox of events", () => {
  it("[P2.12] gives what comes again after a return once", () => {
    const { inbox, heard, missed, receive, listen } = setUp();
    listen();
    inbox.open();
    receive(1, 2, 3);
    inbox.close();
    inbox.welcomed(5);
    receive(2, 3, 4, 5);
    inbox.open();
    receive(6);
    expect([heard, missed]).toEqual([[1, 2, 3, 4, 5, 6], []]);
  });

  it("[P2.12] waits for the View, and for somebody who listens", () => {
    const { inbox, heard, receive, listen } = setUp();
    receive(1);
    inbox.open();
    receive(2);
    listen();
    expect(heard).toEqual([1, 2]);
    inbox.close();
    receive(3);
    expect(heard).toEqual([1, 2]);
    inbox.open();
    expect(heard).toEqual([1, 2, 3]);
  });

  it("[P6.12] says how many are missing, but not of those before it was there", () => {
    const { inbox, heard, missed, receive, listen } = setUp();
    listen();
    inbox.open();
    receive(40, 41);
    receive(45);
    expect([heard, missed]).toEqual([[40, 41, 45], [3]]);
  });

  it("takes the numbers again that a crash of an unprotected match took back", () => {
    const { inbox, heard, receive, listen } = setUp();
    listen();
    inbox.open();
    receive(1, 2, 3);
    inbox.welcomed(1);
    receive(1, 2);
    expect(heard).toEqual([1, 2, 3, 2]);
  });

  it("[P6] keeps no more than some hundreds for who never listens", () => {
    const { inbox, heard, receive, listen } = setUp();
    inbox.open();
    receive(...Array.from({ length: 1000 }, (_, at) => at + 1));
    listen();
    expect([heard.length, heard.at(-1)]).toEqual([256, 1000]);
  });
});
