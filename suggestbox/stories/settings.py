"""Rules of the house about success stories."""

from suggestbox.core.settings import Setting, declare

SETTINGS = declare(
    Setting("stories.answer_days", 10, "Working days for the people in a story to say whether it may be told.", 2, 40),
    Setting("stories.write_days", 5, "Working days to go on with a story once nobody is asked any more.", 1, 20),
)
