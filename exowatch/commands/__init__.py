"""The commands, by what a person comes for: each a few lines over functions that can be called without it."""
