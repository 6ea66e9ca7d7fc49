// Headless Chromium as a line protocol: one JSON object a line in (`{"do": "press", ...}`), one a line out.
//
// A page test is written in Rust with `support::Browser` (tests/support/browser.rs), which runs this file:
//
//     let mut browser = Browser::login(&console, &token);   // logs in by typing the API token
//     browser.goto("/journal");
//     browser.sees("main", "session opened");               // waits until the element holds the text
//     browser.press("j");                                   // a key, as Playwright names it: "a", "Enter", "Shift+Tab"
//     browser.shot("journal");                              // target/console-shots/journal.png, the whole page
//     browser.done();                                       // fails on every fault since the start
//
// A fault is: anything on the console that is an error or a warning, an uncaught exception, a request that failed, an answer of
// 400 or more, and any request to another host (which is also not let out). A test that provokes one says so before:
// `browser.expects("409")`: faults that hold this text do not count, and one of them must have come by `done`.
// Other verbs: click, fill, text, html, count, focused, eval, look (another window size or colour scheme), back, reload,
// bytes (what was transferred, by path). Every wait ends after 15 seconds with an error, never silently.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { mkdirSync } from "node:fs";

const { MODULES, BASE, SHOTS } = process.env;
const { chromium } = createRequire(`${MODULES}/`)("playwright-core");
const host = new URL(BASE).host;
const faults = [];
const bytes = {};
const WAIT = 15_000;
mkdirSync(SHOTS, { recursive: true });

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-proxy-server"],
});
let context;
let page;

async function open({ width = 1280, height = 800, dark = false, motion = false, scripts = true } = {}) {
  const state = context ? await context.storageState() : undefined;
  await context?.close();
  context = await browser.newContext({
    viewport: { width, height }, colorScheme: dark ? "dark" : "light", storageState: state, javaScriptEnabled: scripts,
    reducedMotion: motion ? "no-preference" : "reduce", acceptDownloads: false, serviceWorkers: "block",
  });
  context.setDefaultTimeout(WAIT);
  await context.route((url) => url.host !== host, (route) => {
    faults.push(`a request to another host: ${route.request().url()}`);
    return route.abort();
  });
  page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      faults.push(`console: ${message.text()} (${message.location().url})`);
    }
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error}`));
  page.on("dialog", (dialog) => {
    faults.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "?";
    // Leaving a page ends its stream, and what was on its way.
    if (why !== "net::ERR_ABORTED") faults.push(`failed: ${request.url()} ${why}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`answer ${response.status()}: ${response.url()}`);
  });
  page.on("requestfinished", async (request) => {
    const sizes = await request.sizes().catch(() => null);
    if (sizes) bytes[new URL(request.url()).pathname] = sizes.responseBodySize;
  });
}

const verbs = {
  look: open,
  goto: ({ path }) => page.goto(new URL(path, BASE).href).then(() => null),
  back: () => page.goBack().then(() => null),
  reload: () => page.reload().then(() => null),
  press: ({ key }) => page.keyboard.press(key),
  type: ({ text }) => page.keyboard.type(text),
  fill: ({ at, text }) => page.fill(at, text),
  click: ({ at }) => page.click(at),
  hover: ({ at }) => page.hover(at),
  text: ({ at }) => page.innerText(at),
  html: ({ at }) => page.innerHTML(at),
  count: ({ at }) => page.locator(at).count(),
  path: () => page.url().replace(new URL(BASE).origin, ""),
  title: () => page.title(),
  waits: ({ at, gone }) => page.waitForSelector(at, { state: gone ? "detached" : "visible" }).then(() => null),
  sees: async ({ at, text }) => {
    const found = page.locator(at).filter({ hasText: text }).first();
    try {
      await found.waitFor({ state: "visible" });
    } catch {
      const is = await page.locator(at).allInnerTexts();
      throw new Error(`no visible "${at}" holds "${text}" but: ${is.join("\n---\n").slice(0, 4000) || "nothing"}; ${page.url()}`);
    }
    return null;
  },
  pause: ({ ms }) => page.waitForTimeout(ms),
  focused: () => page.evaluate(() => {
    const at = document.activeElement;
    return at ? `${at.tagName.toLowerCase()}${at.id ? `#${at.id}` : ""} ${(at.innerText ?? at.value ?? "").trim().slice(0, 60)}` : "";
  }),
  eval: ({ js }) => page.evaluate(js).then((value) => value ?? null),
  cookies: () => context.cookies(),
  bytes: () => bytes,
  faults: () => faults,
  shot: async ({ name, part }) => {
    await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: !part });
    return null;
  },
};

const lines = createInterface({ input: process.stdin });
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
await open();
say({ ready: true });
for await (const line of lines) {
  const { do: verb, ...wanted } = JSON.parse(line);
  try {
    say({ ok: (await verbs[verb](wanted)) ?? null });
  } catch (error) {
    await page.screenshot({ path: `${SHOTS}/failed-${process.pid}.png` }).catch(() => null);
    say({ error: `${verb} ${JSON.stringify(wanted)}: ${error.message}; faults: ${JSON.stringify(faults)}` });
  }
}
await browser.close();
