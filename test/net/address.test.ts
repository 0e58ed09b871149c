/** Hosts and ports as text, IPv6 above all: brackets are forgotten in one place and the rest dies of it. */
import { expect, test } from "vitest";
import { addressOf, checkAddresses } from "../../server/compose/listen-address.ts";
import { dialledHost, hostAndPort, isAddress, typedHost, wildcardFamily } from "../../server/net/address.ts";
import type { Config } from "../../server/settings/settings.ts";

test.each([
  ["0.0.0.0", "localhost:2567", "127.0.0.1:2567"],
  ["127.0.0.1", "127.0.0.1:2567", "127.0.0.1:2567"],
  ["localhost", "localhost:2567", "localhost:2567"],
  ["::", "[::1]:2567", "[::1]:2567"],
  ["0:0:0:0:0:0:0:0", "[::1]:2567", "[::1]:2567"],
  ["::1", "[::1]:2567", "[::1]:2567"],
  ["2001:db8::7", "[2001:db8::7]:2567", "[2001:db8::7]:2567"],
  ["fe80::1%eth0", "[fe80::1]:2567", "[fe80::1]:2567"],
])(
  "a server that listens on %s is typed as %s and dialled as %s, and both make a URL",
  (host, typed, dialled) => {
    expect(hostAndPort(typedHost(host), 2567)).toBe(typed);
    expect(hostAndPort(dialledHost(host), 2567)).toBe(dialled);
    expect(URL.canParse(`http://${typed}`)).toBe(true);
  },
);

test("a name is no wildcard", () => {
  expect(["example.org", "host", "::1", "10.0.0.1"].map(wildcardFamily)).toEqual(Array(4).fill(undefined));
});

test("an address is host:port with IPv6 in brackets, and nothing more", () => {
  expect(["a.example:1", "10.0.0.1:2567", "[::1]:65535", "room_1:80"].every(isAddress)).toBe(true);
  const wrong = [
    "::1:2567",
    "[::1]",
    "a.example",
    "a:0",
    "a:65536",
    "http://a:80",
    "a:80/x",
    "u@a:80",
    ":80",
  ];
  expect(wrong.filter(isAddress)).toEqual([]);
});

const config = (more: Partial<Config>) =>
  ({ address: "auto", publicAddress: "none", host: "0.0.0.0", ...more }) as Config;

test("the other nodes are told brackets too, and never a wildcard", () => {
  expect(addressOf(config({ host: "::1" }), 3000)).toBe("[::1]:3000");
  expect(addressOf(config({ host: "::" }), 3000)).not.toContain("::");
  expect(addressOf(config({ address: "[::1]:5" }), 3000)).toBe("[::1]:5");
});

test.each([
  ["address", "--address"],
  ["publicAddress", "--public-address"],
])("[P7] a setting %s that is no address is refused with its flag", (name, flag) => {
  const refuse = () => checkAddresses(config({ [name]: "::1:3000" }));
  expect(refuse).toThrow(expect.objectContaining({ code: "address/invalid" }));
  expect(refuse).toThrow(flag);
  checkAddresses(config({ [name]: "[::1]:3000" }));
});
