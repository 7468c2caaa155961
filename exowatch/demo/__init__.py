"""The demo: a small invented world of the regulators' sites, and the run that tracks it through a year."""
