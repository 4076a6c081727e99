"""Bringing in what others have written: files and addresses, once or every hour."""
