"""Carriers: one attempt each to bring a parcel to its target, and how that ended."""
