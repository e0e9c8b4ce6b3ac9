"""Rules of the house about what measures cost and bring."""

from suggestbox.core.settings import Setting, declare

SETTINGS = declare(
    Setting("measures.second_from_euros", 5000,
            "From this benefit or cost in the first year a second person confirms a figure before it counts.", 0, 5_000_000),
    Setting("measures.second_from_points", 6,
            "From so many points of the soft benefit whoever gave them does not grant the award by points.", 0, 20),
    Setting("measures.spread_from_euros", 10000,
            "One-off cost from this amount is spread evenly over the years of use.", 0, 5_000_000),
    Setting("measures.confirm_days", 5, "Working days for a second person to look at a figure.", 1, 20),
    Setting("measures.prove_months", 12, "Months after a measure is done until its benefit is measured.", 1, 36),
)
