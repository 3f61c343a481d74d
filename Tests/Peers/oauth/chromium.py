"""A person at a real browser: the login of browser.py in a headless Chromium.

    chromium.py URL FOLDER [--deny] [--keep] [--code CODE]

Takes a picture of the page it ends at in FOLDER, light, dark and narrow, and writes `STATUS URL`, the
title, the headings and the paragraphs, then what the page asked other servers for, and what it wrote
to the console. With --keep the last redirect leads nowhere, as from another machine, and is written:
`redirect URL`.

Debian: chromium.
"""
import sys
from urllib.parse import parse_qs, urlsplit

from browser import PASSWORD, USER
from playwright.sync_api import Error as Failure
from playwright.sync_api import TimeoutError as Late
from playwright.sync_api import sync_playwright

STEPS = 12
WAIT = 15_000  # milliseconds


def agree(page, deny, code):
    """Does what a page asks for; whether it asked."""
    asked = False
    for name, value in [("username", USER), ("password", PASSWORD), ("sub", USER),
                        ("user_code", code), ("code", code)]:
        field = page.locator(f"input[name='{name}']:visible").first
        if field.count() and field.is_editable():
            if value:
                field.fill(value)
            asked |= bool(field.input_value())
    words = ["deny", "cancel"] if deny else ["allow", "accept", "authorize"]
    if page.url.split("?")[0].endswith("/login.html"):
        return agree_at_glewlwyd(page)
    for word in words:
        button = page.locator(
            f"button[value='{word}' i], input[name='{word}' i], input[value='{word}' i]").first
        if button.count():
            button.click()
            return True
    if asked:
        page.locator("button, input[type=submit]").first.click()
    return asked


def agree_at_glewlwyd(page):
    """Its pages are a program: buttons without names, and boxes for what is agreed to."""
    for box in page.locator("input[type=checkbox]:visible").all():
        if box.is_enabled() and not box.is_checked():
            box.check()
    for text in ("OK", "Grant access", "Continue"):
        button = page.locator(f"button:visible:has-text('{text}')").first
        if button.count() and button.is_enabled():
            button.click()
            return True
    page.wait_for_timeout(500)
    return True


def visit(context, url, deny, code, keep):
    page = context.new_page()
    seen, errors, status = [], [], {}
    # Navigations that got nowhere.
    lost = []
    home = urlsplit(url).netloc

    def failed(request):
        if keep and request.is_navigation_request() and urlsplit(request.url).netloc != home:
            lost.append(request.url)

    page.on("requestfailed", failed)
    page.on("request", lambda request: seen.append(request.url))
    page.on("response", lambda answer: status.update({answer.url: answer.status}))
    page.on("console", lambda message: errors.append(message.text))

    # Only the page at the end is ours.
    def navigated(frame):
        if frame == page.main_frame:
            seen.clear()
            errors.clear()

    page.on("framenavigated", navigated)
    try:
        page.goto(url, timeout=WAIT)
    except Failure:
        if not lost:
            raise
    first = urlsplit(url).netloc
    for _ in range(STEPS):
        page.wait_for_load_state("load", timeout=WAIT)
        if urlsplit(page.url).netloc != first:
            break
        before = page.url
        if not agree(page, deny, code):
            break
        try:
            page.wait_for_url(lambda now: now != before, timeout=2_000)
        except Late:
            pass
    page.wait_for_load_state("networkidle", timeout=WAIT)
    if lost:
        return page, "redirect", lost[0], seen, errors
    return page, status.get(page.url), page.url, seen, errors


def main():
    words = sys.argv[1:]
    url, folder = words[0], words[1]
    code = words[words.index("--code") + 1] if "--code" in words else None
    with sync_playwright() as driver:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        if "--keep" in words:
            back = urlsplit(parse_qs(urlsplit(url).query)["redirect_uri"][0]).netloc
            arguments.append(f"--host-resolver-rules=MAP {back} 127.0.0.1:1")
        browser = driver.chromium.launch(
            executable_path="/usr/bin/chromium", args=arguments)
        context = browser.new_context(color_scheme="light", viewport={"width": 900, "height": 640})
        page, status, where, seen, errors = visit(
            context, url, "--deny" in words, code, "--keep" in words)
        if status == "redirect":
            print(status, where)
            browser.close()
            return
        end = urlsplit(page.url).netloc
        page.screenshot(path=f"{folder}/light.png")
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=f"{folder}/dark.png")
        page.set_viewport_size({"width": 320, "height": 640})
        page.screenshot(path=f"{folder}/narrow.png")
        print(status, page.url)
        print(page.title())
        for heading in page.locator("h1").all_text_contents():
            print(" ".join(heading.split()))
        for paragraph in page.locator("main p").all_inner_texts():
            print("says", " ".join(paragraph.split()))
        print("language", page.locator("html").get_attribute("lang"))
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        print("overflows", wide)
        for other in sorted({urlsplit(one).netloc for one in seen if one.startswith("http")}):
            if other not in (end, urlsplit(url).netloc):
                print("asked", other)
        for error in errors:
            print("console", error)
        browser.close()


main()
