"""Next steps: who has to do what until when; the acting owner of each."""
