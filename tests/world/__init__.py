"""Small stand-ins for the regulators' sites."""
