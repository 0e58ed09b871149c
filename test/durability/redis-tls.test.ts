/** A Redis that speaks TLS only, with a password and a certificate of a private authority, made by openssl. */
import { execFile, execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noRedis, RedisServer } from "./redis-server.ts";

const noOpenssl = !(process.env.PATH ?? "").split(path.delimiter).some((folder) => {
  return fs.existsSync(path.join(folder, "openssl"));
});

describe.skipIf(noRedis || noOpenssl)("TLS", () => {
  let directory: string;
  let server: RedisServer;
  const file = (name: string) => path.join(directory, name);

  beforeAll(async () => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "holdfast-tls-"));
    const request =
      "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test -addext subjectAltName=IP:127.0.0.1";
    const files = ["-keyout", file("key.pem"), "-out", file("cert.pem")];
    execFileSync("openssl", [...request.split(" "), ...files], { stdio: "ignore" });
    server = await RedisServer.start({
      "tls-cert-file": file("cert.pem"),
      "tls-key-file": file("key.pem"),
      "tls-ca-cert-file": file("cert.pem"),
      requirepass: "secret",
    });
  });

  afterAll(async () => {
    await server?.dispose();
    fs.rmSync(directory, { recursive: true, force: true });
  });

  async function inChild(url: string, env: Readonly<Record<string, string>>): Promise<string> {
    const child = path.join(import.meta.dirname, "redis-tls-child.ts");
    const { stdout } = await promisify(execFile)(process.execPath, [child, url], {
      env: { ...process.env, ...env },
    });
    return stdout.trim();
  }

  test("a rediss:// URL with a password works with the authority in NODE_EXTRA_CA_CERTS", async () => {
    const url = server.url.replace("://", "://:secret@");
    expect(await inChild(url, { NODE_EXTRA_CA_CERTS: file("cert.pem") })).toBe("1:1");
  });

  test("[P7] a server whose authority is unknown is not trusted, and that is said", async () => {
    const url = server.url.replace("://", "://:secret@");
    expect(await inChild(url, { NODE_EXTRA_CA_CERTS: "" })).toMatch(/^connecting failed: .*self-signed/);
  });
});
