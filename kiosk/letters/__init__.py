"""Letters on paper: a code, a card to cut out, and what to do with them. Loaded by its command."""
