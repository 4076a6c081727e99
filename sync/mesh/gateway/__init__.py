"""The gateway: the replication calls a node answers, and the rules its peers are held to."""
