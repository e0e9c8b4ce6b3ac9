"""Awards: rule sets, what an idea's benefit is worth to its submitters, shares, and what payroll pays."""
