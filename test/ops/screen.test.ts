/** The screen: one line that is written over on a terminal, a plain line now and then in a file. */
import { expect, test } from "vitest";
import { openScreen } from "../../server/ops/screen.ts";

const clear = "\r\u001b[2K";

function open({ tty, columns }: { tty: boolean; columns?: number }) {
  let written = "";
  let errors = "";
  let nowMs = 0;
  const screen = openScreen({
    out: { isTTY: tty, ...(columns === undefined ? {} : { columns }), write: (text) => (written += text) },
    error: { isTTY: tty, write: (text) => (errors += text) },
    nowMs: () => nowMs,
    readable: (line) => `readable ${line}`,
  });
  return {
    screen,
    written: () => written,
    errors: () => errors,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

test("on a terminal the status is written over, and lines go above it", () => {
  const { screen, written } = open({ tty: true });
  screen.status(() => "one");
  screen.status(() => "two");
  screen.line("hello");
  screen.clearStatus();
  expect(written()).toBe(`${clear}one${clear}two${clear}hello\ntwo${clear}`);
});

test("a terminal that says it has no columns has 80", () => {
  const { screen, written } = open({ tty: true, columns: 0 });
  screen.status((width) => String(width));
  expect(written()).toBe(`${clear}79`);
});

test("the status may fill all columns but the last", () => {
  const { screen, written } = open({ tty: true, columns: 100 });
  screen.status((width) => String(width));
  expect(written()).toBe(`${clear}99`);
});

test("in a file the status is a plain line every 30 s, without control characters", () => {
  const { screen, written, advance } = open({ tty: false });
  screen.status(() => "one");
  screen.line("hello");
  advance(29_999);
  screen.status(() => "two");
  advance(1);
  screen.status(() => "three");
  screen.clearStatus();
  expect(written()).toBe("one\nhello\nthree\n");
});

test("log lines are made readable for a person and left alone for a program", () => {
  const person = open({ tty: true });
  person.screen.log("x");
  expect(person.errors()).toBe("readable x\n");
  const program = open({ tty: false });
  program.screen.log("x");
  expect(program.errors()).toBe("x\n");
});
