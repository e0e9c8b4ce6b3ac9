"""Success stories: drafted from idea, theme, measure and benefit, agreed by the people in them, told in the company."""
