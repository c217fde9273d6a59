"""Two months of two shows, in which names rise, are new, meet, come closer, and never meet."""

from analysis.asked import Said, episode

SURE = "company:1"

#: Name -> numbers of the episodes of a month and show that mention it, of ten each.
MENTIONS = {
    ("2025-05", "Alpha"): {"NVIDIA": [0], "Circle": [1, 2, 3], "Tether": [4, 5, 6],
                           "Visa": [0, 1, 2, 3], "Stripe": [2, 3, 4, 5]},
    ("2025-05", "Beta"): {"NVIDIA": [0], "Visa": [5, 6], "Stripe": [6, 7]},
    ("2025-06", "Alpha"): {"NVIDIA": range(8), "Circle": [0, 1], "Tether": [0, 1], "Newco": [0, 1],
                           "Visa": [2, 3, 4, 5], "Stripe": [2, 3, 4, 5], "Bridge": [0, 1],
                           "Acme": range(7), "Apex": range(7), "Axis": range(7),
                           "Coin": [9], "Chain": [9], "Cash": [9]},
    ("2025-06", "Beta"): {"NVIDIA": range(8), "Circle": [0, 1], "Tether": [0, 1], "Newco": [0, 1],
                          "Visa": [2, 3, 4], "Stripe": [2, 3, 4], "Bridge": [0, 1],
                          "Coin": range(7), "Chain": range(7), "Cash": range(7),
                          "Acme": [9], "Apex": [9], "Axis": [9]},
    ("2025-06", "Late"): {"Onlylate": range(4)},
}  # fmt: skip

QUOTE = "Circle and Tether are one market. It rained."


def briefed(scripts=""):
    """The episodes of both months, and one without a date of publication; "scripts" is in texts."""
    talks = []
    for (month, show), names in MENTIONS.items():
        for n in range(10 if show != "Late" else 4):
            companies = [f"{name}{scripts}:{SURE}" for name, of in names.items() if n in of]
            quotes = [Said(f"Remark {n} of {show} in {month}{scripts}.", n / 20)]
            if month == "2025-06" and n == 0 and show == "Alpha":
                quotes.append(Said(QUOTE + scripts, 0.99, names=f"Circle{scripts},Tether{scripts}"))
                quotes.append(Said("Use code NEWCO.", 1.0, advert=True))
            title = f"{show} {month} {n}{scripts}"
            address = f"https://example.org/{show}/{month}/{n}.mp3"
            day = f"{month}-{n + 1:02}"
            talks.append(episode(title, day, companies, quotes, show=show, original_url=address))
    companies = [f"Newco{scripts}:{SURE}", f"NVIDIA{scripts}:{SURE}"]
    talks.append(episode("Undated", "2025-07-01", companies, dated=False))
    return talks


JUNE = {"since": "2025-06", "until": "2025-06"}
