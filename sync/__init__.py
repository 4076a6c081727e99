"""Documents here and between machines: the database, the kinds, imports and the embedded store."""
