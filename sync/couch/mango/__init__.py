"""Mango: selectors, the indexes that serve them, and how a query is planned and run."""
