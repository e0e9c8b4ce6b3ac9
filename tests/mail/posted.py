"""What webhooks are tried with: their addresses and a text to post."""

from suggestbox.mail.letters import Line, Text

SLACK = "https://hooks.slack.com/services/T000/B000/secretsecret"
TEAMS = "https://prod-1.westeurope.logic.azure.com:443/workflows/ab/triggers/manual/paths/invoke?api-version=1&sig=s%2Fx"
TEXT = Text(
    subject="Two things wait for you", paragraphs=("Frau Öz wrote: a secret sentence.",), quote="quoted words",
    quote_by="Ann Albers", why="You get this because you handle ideas.", button=("Open", "/steps"),
    lines=(Line("Give your assessment until Friday", "/ideas/2026-0001", idea="2026-0001 Labels for everybody"),),
)
