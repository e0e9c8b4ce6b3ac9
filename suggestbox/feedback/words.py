"""Customer feedback in plain words: channels, how something was meant, where an item and an import stand."""

from suggestbox.core.language import lazy_gettext as _l

CHANNEL_WORDS = {
    "survey": _l("Survey"),
    "call_note": _l("Note of a phone call"),
    "email": _l("E-mail"),
    "complaint": _l("Complaint"),
    "social": _l("Social media"),
    "review": _l("Review on a platform"),
    "employee": _l("Passed on by colleagues"),
}

POLARITY_WORDS = {"positive": _l("positive"), "negative": _l("negative"), "neutral": _l("neutral")}

AUDIENCE_WORDS = {"customers": _l("Customers"), "employees": _l("Colleagues")}

NEED_WORDS = {"basic": _l("Basic need"), "delight": _l("Delight")}

ITEM_STATE_WORDS = {
    "new": _l("Nobody looked at it yet"),
    "told": _l("Recognised by itself"),
    "unsure": _l("Waits for a person"),
    "settled": _l("Settled"),
}

ITEM_STATE_TINTS = {"unsure": "soon", "settled": "good"}

IMPORT_STATE_WORDS = {
    "uploaded": _l("Columns are being chosen"),
    "queued": _l("Begins in a moment"),
    "running": _l("Coming in"),
    "visible": _l("Came in"),
    "failed": _l("Nothing came in"),
    "undone": _l("Undone"),
}

IMPORT_STATE_TINTS = {"uploaded": "soon", "queued": "info", "running": "info", "visible": "good", "failed": "late"}

ASSIGNMENT_STATE_WORDS = {
    "assigned": _l("counts"),
    "guess": _l("a guess, waits for a person"),
    "rejected": _l("does not fit"),
}

KIND_WORDS = {"csv": _l("CSV"), "xlsx": _l("Excel"), "mail": _l("E-mails"), "json": _l("JSON")}
