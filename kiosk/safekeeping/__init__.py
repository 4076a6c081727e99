"""A whole node in one sealed file, and back: `residacoeur backup` and `restore`."""
