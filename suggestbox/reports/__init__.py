"""Reports: figures by fixed definitions, protected small groups, kept periods, exports."""
