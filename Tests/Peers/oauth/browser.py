"""A person at a browser, as far as a login needs one: follows redirects, fills in forms, presses the
button that agrees.

    browser.py URL [--deny] [--keep] [--code CODE]

Writes what it ends at: `STATUS URL`, the page's title, and the text of its headings. With --keep the
last redirect, to the program that waits for it, is not followed but written: `redirect URL`.
"""
import http.cookiejar
import json
import sys
import urllib.error
import urllib.request
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

USER, PASSWORD = "bob", "bobpassword"
STEPS = 12


class Page(HTMLParser):
    """The forms of a page, its title and its headings."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.title, self.headings, self.within = [], "", [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.within = tag if tag in ("title", "h1", "h2", "p") else self.within
        if tag == "h1":
            self.headings.append("")
        if tag == "form":
            self.forms.append({"action": values.get("action"), "fields": {}, "buttons": []})
        if not self.forms:
            return
        form, name, value = self.forms[-1], values.get("name"), values.get("value", "")
        if tag == "button" or tag == "input" and values.get("type") == "submit":
            form["buttons"].append((name, value))
        elif tag == "input" and name:
            form["fields"][name] = value

    def handle_endtag(self, tag):
        self.within = "" if tag == self.within else self.within

    def handle_data(self, data):
        if self.within == "title":
            self.title += data.strip()
        elif self.within == "h1":
            self.headings[-1] += data


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    def __init__(self):
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar, Stay)
        self.first = None

    def open(self, url, body=None, headers={}, method=None):
        """Status, where it leads if anywhere, and the text."""
        request = urllib.request.Request(url, body, headers, method=method)
        try:
            answer = self.opener.open(request, timeout=20)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            text = answer.read().decode("utf-8", "replace")
            target = answer.headers.get("Location") if 300 <= answer.status < 400 else None
            return answer.status, target and urljoin(url, target), text

    def visit(self, url, deny=False, keep=False, code=None):
        """Goes on until there is nothing to agree to any more: status, URL, page."""
        self.first = urlsplit(url).netloc
        body = None
        for _ in range(STEPS):
            status, target, text = self.open(url, body)
            body = None
            if target and keep and urlsplit(target).netloc != self.first:
                return "redirect", target, Page("")
            if target and "prompt=deviceComplete" in target:
                return 200, target, Page("<title>Device authorized</title>")
            if target and "/login.html" in target:
                target = self.glewlwyd(target, code, deny)
            if target:
                url = target
                continue
            page = Page(text)
            form = next((form for form in page.forms if form["buttons"]), None)
            here = urlsplit(url).netloc == self.first
            if status != 200 or form is None or not here or not self.is_asking(form, url):
                return status, url, page
            url, body = urljoin(url, form["action"] or url), self.filled(form, deny, code)
        return "too many steps", url, Page("")

    @staticmethod
    def is_asking(form, url):
        names = {name for name, _ in form["buttons"]} | set(form["fields"])
        return bool(names & {"username", "allow", "action", "sub", "user_code"})

    @staticmethod
    def filled(form, deny, code):
        fields = dict(form["fields"])
        answers = {"username": USER, "password": PASSWORD, "sub": USER, "user_code": code}
        for name, value in answers.items():
            if name in fields and value:
                fields[name] = value
        wanted = ("deny",) if deny else ("allow", "accept", "Authorize")
        for name, value in form["buttons"]:
            if name and (name in wanted or value in wanted):
                fields[name] = value or "on"
                break
        # A refusal that has no name is the button without one.
        return urlencode(fields).encode()

    def glewlwyd(self, target, code, deny):
        """Its pages are a program in JavaScript: this says to the server what that would."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        api = f"http://{self.first}/api"
        kind = {"Content-Type": "application/json"}
        body = json.dumps({"username": USER, "password": PASSWORD}).encode()
        self.open(f"{api}/auth/", body, kind)
        if "client_id" in query:
            scopes = "" if deny else query.get("scope", "openid mcp")
            body = json.dumps({"scope": scopes}).encode()
            self.open(f"{api}/auth/grant/{query['client_id']}", body, kind, "PUT")
        back = query.get("callback_url")
        if back and code and "code=" not in back and "/device" in back:
            back += ("&" if "?" in back else "?") + urlencode({"code": code})
        return back and back + ("&" if "?" in back else "?") + "g_continue"


if __name__ == "__main__":
    words = sys.argv[1:]
    code = words[words.index("--code") + 1] if "--code" in words else None
    status, url, page = Browser().visit(
        words[0], deny="--deny" in words, keep="--keep" in words, code=code)
    print(status, url)
    if page.title:
        print(page.title)
    for heading in page.headings:
        print(" ".join(heading.split()))
