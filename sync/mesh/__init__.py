"""The mesh: nodes of one estate find each other and keep each other's documents."""
