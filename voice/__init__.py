"""Sound for the portal: text to speech in one worker process, and what is said in advance."""
