"""Who may come in: codes, cards, sessions. Knows nothing of pages; never imports flask."""
