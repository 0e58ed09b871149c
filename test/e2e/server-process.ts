/** A server for a test: in a data directory of its own that goes with it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ServerProcess, startServer } from "../../client-sim/processes/server-process.ts";

export interface TestServer extends AsyncDisposable {
  readonly server: ServerProcess;
  readonly url: string;
  readonly dataDir: string;
}

/** Dispose of it at the end of the test: `await using started = await startTestServer()`. */
export async function startTestServer(
  options: { supervised?: boolean; args?: readonly string[] } = {},
): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), "holdfast-test-"));
  const { supervised = false, args = ["--log-level", "warn"] } = options;
  const remove = () => rm(dataDir, { recursive: true, force: true });
  try {
    const server = await startServer({ dataDir, supervised, args });
    const dispose = async () => {
      await server.stop();
      await remove();
    };
    return { server, url: server.url, dataDir, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await remove();
    throw error;
  }
}
