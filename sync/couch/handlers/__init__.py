"""What each path of the HTTP API does; one module a family of paths."""
