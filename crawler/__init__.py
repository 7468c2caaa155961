"""Finds and fetches; reads pages already in memory."""
