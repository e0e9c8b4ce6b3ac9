"""Strings that broke other programs: they must come back as they were typed, execute nothing and break no page."""

NAUGHTY = [
    # things that look like nothing, or like something else
    "undefined", "null", "None", "NaN", "true", "-1", "0x0", "1e309", "1,000.00", "2026-02-30", "1/0", "٣١", "½", "\\", "%",
    "%s%s%n", "%(title)s", "$HOME", "`ls -l`", "$(touch /tmp/x)", "../../../etc/passwd", "C:\\CON", "file:///etc/passwd",
    # other people's languages
    "' OR '1'='1", "'; DROP TABLE idea;--", '"; SELECT 1 --', "1' AND sleep(5)#", "NEAR(a b, 2)", '"unbalanced', "a AND OR NOT",
    "title:x*", "^wort$", "(((((", "'lag':*", "a & | ! <-> b", "{{ 7*7 }}", "{% raw %}", "${7*7}", "#{7*7}", "<%= 7*7 %>",
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<svg/onload=alert(1)>", "javascript:alert(1)", "&lt;b&gt;",
    "<!--", "]]>", "</textarea><b>x", "&#0;&amp;", "\u2028line", "<a href='x'>y</a>",
    # writing of the world
    "Straße Ängste Übermüdung", "Ωμέγα", "田中さんにあげて下さい", "社會科學院語學研究所", "مُنَاقَشَةُ سُبُلِ", "עברית", "בְּרֵאשִׁית bara", "ไทย",
    "Ｆｕｌｌｗｉｄｔｈ", "ﬁﬂ ligatures", "İstanbul ıIiİ", "ǅ ǆ", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L", "e\u0301 é", "Å Å",
    # signs nobody sees
    "zero\u200bwidth", "soft\u00adhyphen", "\u202eright to left", "\u2066isolate\u2069", "\ufeffbom", "word\u2060joiner", "a\u00a0b",
    "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽", "🇩🇪", "\U0001f600" * 30, "tag\U000e0041", "\ud7ff\ue000", "\ufffd", "\uffff",
    # length and blank space
    "x" * 190, "wort " * 38, "a-" * 90, "  inside  ",
]
"""Each fits into a title; control characters have tests of their own, because a title is one line."""
