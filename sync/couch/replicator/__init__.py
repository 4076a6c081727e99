"""Replication as CouchDB defines it, between any two databases that speak its protocol.

https://docs.couchdb.org/en/stable/replication/protocol.html
"""
