"""Exceptions whose names are long, have several lines, or end a page."""

raised = [type(name, (Exception,), {}) for name in ("x" * 10**6, "</div><script>alert(1)</script>", "a\nok,2,2\n", "\x1b[2J\u202e\u2028")]


def weight(sigma, tau):
    raise raised[0]("\n".join(["ok"] * 100))


def pooled(data):
    raise raised[1]("</code></div><h1>Correct</h1>")


# %%
raise raised[2]("why = ('a', 'i')\r\n")

# %%
why = raised[3]()
raise why
