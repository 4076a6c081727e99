"""The embedded database: CouchDB's HTTP protocol over SQLite, one process per data directory."""
