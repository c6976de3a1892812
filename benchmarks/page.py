"""The page on a document of 500,000 characters with 5,000 codings, in Chromium without a graphics card.

How soon the document is there, how long a frame takes while 240 of them scroll by 220 pixels each, and how
soon after Enter a new coding is drawn, and confirmed as on the disk. Needs Playwright and a Chromium.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page, sync_playwright
from serving import CODINGS, LENGTH, make, served

NAMES = ("chromium", "chromium-browser", "google-chrome")

SCROLL = """async () => {
  const frames = [];
  let [place, last] = [0, performance.now()];
  for (let count = 0; count < 240; count++) {
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - last);
    last = now;
    scrollTo(0, (place += 220));
  }
  return frames.slice(1);
}"""

# Drawn is when the frame with the new lane is out: the message comes after it.
WATCH = """() => {
  const before = document.querySelectorAll(".lane").length;
  window.drawn = window.kept = 0;
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const began = performance.now();
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      const lanes = document.querySelectorAll(".lane").length;
      if (!window.drawn && lanes > before) window.drawn = performance.now() - began;
      if (window.drawn && !document.querySelector(".lane.waiting")) window.kept = performance.now() - began;
      else requestAnimationFrame(() => channel.port2.postMessage(0));
    };
    requestAnimationFrame(() => channel.port2.postMessage(0));
  }, { capture: true, once: true });
}"""


def code_one(page: Page, number: int) -> tuple[float, float]:
    """Put a code on the next sentence, and return how soon it was drawn and kept."""
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type(f"code-{number}")
    page.evaluate(WATCH)
    page.keyboard.press("Enter")
    while not page.evaluate("window.kept"):
        page.wait_for_timeout(20)
    return page.evaluate("[window.drawn, window.kept]")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a hundredth of the text and codings")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    part = 100 if given.small else 1
    shown, frames, drawn, kept = [], [], [], []
    path = next(filter(None, map(shutil.which, NAMES)))
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name) / "study"
        make(folder, LENGTH // part, CODINGS // part)
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=options)
        with served(folder) as (client, token):
            address = f"http://{client.host}:{client.port}/"
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.goto(f"{address}?{urlencode({'token': token})}")
            for number in range(given.rounds):
                page.goto("about:blank")
                page.goto(address)
                page.wait_for_selector("mark")
                page.wait_for_timeout(1500)
                shown.append(
                    page.evaluate("performance.getEntriesByName('document-shown')[0].startTime")
                )
                frames += page.evaluate(SCROLL)
                page.evaluate("scrollTo(0, 0)")
                page.wait_for_timeout(500)
                page.locator("#text").focus()
                for each in range(3):
                    one, durable = code_one(page, 10 * number + each)
                    drawn.append(one)
                    kept.append(durable)
        browser.close()
    print(f"{LENGTH // part:,} characters, {CODINGS // part:,} codings; milliseconds\n")
    print("| | median | 95 % |\n|---|---:|---:|")
    for what, times in {
        "the document is there": shown,
        "a frame while scrolling": frames,
        "one more coding is drawn": drawn,
        "one more coding is on the disk": kept,
    }.items():
        late = sorted(times)[int(0.95 * (len(times) - 1))]
        print(f"| {what} | {statistics.median(times):.0f} | {late:.0f} |")


if __name__ == "__main__":
    main()
