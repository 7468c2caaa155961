"""Remembers, and knows how documents changed."""
