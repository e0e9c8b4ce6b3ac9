"""What people are told: the inbox on the site, letters, who carries them, calendar entries."""
