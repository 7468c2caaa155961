"""Decides when."""
