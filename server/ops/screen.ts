/**
 * The supervisor's output: lines, and on a terminal one status line below them that is overwritten. When the output
 * is a file or a pipe, the status is a plain line now and then. It owns the cursor position and nothing else; other
 * code decides what is said.
 */
import type { SteadyClock } from "../../shared/clock.ts";
export interface Screen {
  /** For people: standard output. */
  line(text: string): void;
  /** A line that a child wrote to its standard error. */
  log(text: string): void;
  /** @param format makes the text, of at most the given width */
  status(format: (width: number) => string): void;
  /** Removes the status until the next `status`; leaves the cursor at the start of an empty line. */
  clearStatus(): void;
}

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

interface ScreenOptions {
  readonly out: Terminal;
  readonly error: Terminal;
  readonly nowMs: SteadyClock;
  /** Makes a log line readable on a terminal; a file gets it unchanged. */
  readonly readable: (logLine: string) => string;
}

const plainEveryMs = 30_000;
const plainWidth = 200;
const columnsDefault = 80;
const clearLine = "\r\u001b[2K";

export function openScreen({ out, error, nowMs, readable }: ScreenOptions): Screen {
  let status = "";
  let plainAtMs = Number.NEGATIVE_INFINITY;

  const above = (stream: Terminal, text: string) => {
    if (status) out.write(clearLine);
    stream.write(`${text}\n`);
    if (status) out.write(status);
  };
  const plain = (text: string) => {
    if (nowMs() - plainAtMs < plainEveryMs) return;
    plainAtMs = nowMs();
    out.write(`${text}\n`);
  };

  return {
    line: (text) => above(out, text),
    log: (text) => above(error, error.isTTY ? readable(text) : text),
    status(format) {
      if (!out.isTTY) return plain(format(plainWidth));
      // One column stays free, because a full line makes some terminals wrap. Some terminals report 0 columns.
      status = format((out.columns || columnsDefault) - 1);
      out.write(clearLine + status);
    },
    clearStatus() {
      if (status) out.write(clearLine);
      status = "";
    },
  };
}
