"""Explains."""
