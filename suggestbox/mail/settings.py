"""Rules of the house about letters."""

from suggestbox.core.settings import Setting, declare

SETTINGS = declare(
    Setting(
        "mail.uncertain", "resend",
        "A letter that may have arrived already: resend sends it once more, marked; hold leaves it to a person.",
    ),
    Setting(
        "mail.hook_hosts", "",
        "Further hosts that webhooks may lead to, separated by commas, such as chat.example.com or *.example.com.",
    ),
    Setting("mail.keep_days", 365, "Days a letter is kept in the outbox after it went out.", 30, 3650),
)
