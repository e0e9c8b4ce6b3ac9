"""Evidence: which themes an idea answers, which themes no idea answers yet, and what customers said before and since."""
